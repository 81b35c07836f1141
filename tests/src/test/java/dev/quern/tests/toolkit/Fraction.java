// SPDX-License-Identifier: Apache-2.0
package dev.quern.tests.toolkit;

import java.math.BigDecimal;
import java.math.BigInteger;
import java.math.MathContext;

/** An exact fraction in lowest terms. */
public record Fraction(BigInteger over, BigInteger under) {
    /** Reduces it; the lower part becomes positive. */
    public Fraction {
        BigInteger divisor = over.gcd(under).multiply(BigInteger.valueOf(under.signum()));
        over = over.divide(divisor);
        under = under.divide(divisor);
    }

    /** Of two whole numbers. */
    public static Fraction of(long over, long under) {
        return new Fraction(BigInteger.valueOf(over), BigInteger.valueOf(under));
    }

    /** The exact value of a number. */
    public static Fraction of(double value) {
        var decimal = new BigDecimal(value);
        BigInteger ten = BigInteger.TEN.pow(Math.max(0, decimal.scale()));
        return new Fraction(decimal.multiply(new BigDecimal(ten)).toBigIntegerExact(), ten);
    }

    /** The sum. */
    public Fraction plus(Fraction other) {
        return new Fraction(over.multiply(other.under).add(other.over.multiply(under)), under.multiply(other.under));
    }

    /** The product. */
    public Fraction times(Fraction other) {
        return new Fraction(over.multiply(other.over), under.multiply(other.under));
    }

    /** The quotient. */
    public Fraction over(Fraction other) {
        return new Fraction(over.multiply(other.under), under.multiply(other.over));
    }

    /** The nearest number, or its neighbour. */
    public double toDouble() {
        return new BigDecimal(over)
                .divide(new BigDecimal(under), MathContext.DECIMAL128)
                .doubleValue();
    }
}
