// SPDX-License-Identifier: Apache-2.0
package dev.quern.tests.training;

import static org.junit.jupiter.api.Assertions.assertEquals;

import dev.quern.layers.Schedule;
import dev.quern.tests.toolkit.Refused;
import org.junit.jupiter.api.Test;

/** The learning rate over the steps of a training. */
class ScheduleTest {
    @Test
    void aConstantStays() {
        assertEquals(0.3f, Schedule.constant(0.3f).rate(7, 10));
    }

    @Test
    void stepsMultiply() {
        Schedule schedule = Schedule.step(1f, 0.5f, 10);
        assertEquals(1f, schedule.rate(0, 100));
        assertEquals(1f, schedule.rate(9, 100));
        assertEquals(0.5f, schedule.rate(10, 100));
        assertEquals(0.125f, schedule.rate(39, 100));
        assertEquals((float) Math.pow(0.9f, 77), Schedule.step(1f, 0.9f, 1).rate(77, 100));
    }

    @Test
    void aLineGoesFromOneRateToTheOther() {
        Schedule schedule = Schedule.linear(1f, 0.5f);
        assertEquals(1f, schedule.rate(0, 8));
        assertEquals(0.75f, schedule.rate(4, 8));
        assertEquals(0.5f, schedule.rate(8, 8));
    }

    @Test
    void aCosineIsSlowAtBothEnds() {
        Schedule schedule = Schedule.cosine(1f, 0.2f);
        assertEquals(1f, schedule.rate(0, 12));
        assertEquals(0.6f, schedule.rate(6, 12), 1e-7f);
        assertEquals(0.2f + 0.8f * 0.75f, schedule.rate(4, 12), 1e-7f);
        assertEquals(0.2f, schedule.rate(12, 12));
        for (int step = 0; step <= 1000; step++) {
            double expected = (1 + Math.cos(Math.PI * step / 1000)) / 2;
            assertEquals(expected, Schedule.cosine(1f, 0f).rate(step, 1000), 6e-8);
        }
    }

    @Test
    void warmUpRisesToTheStartOfWhatFollows() {
        Schedule schedule = Schedule.linear(1f, 0f).warmUp(4);
        assertEquals(0.25f, schedule.rate(0, 12));
        assertEquals(1f, schedule.rate(3, 12));
        assertEquals(1f, schedule.rate(4, 12));
        assertEquals(0.5f, schedule.rate(8, 12));
        assertEquals(0.5f, schedule.rate(1, 2));
    }

    @Test
    void settingsOutOfRangeAreNamed() {
        illegal(() -> Schedule.constant(-1f), "rate = -1.0");
        illegal(() -> Schedule.step(1f, 2f, 1), "factor = 2.0");
        illegal(() -> Schedule.step(1f, 1f, 0), "every = 0");
        illegal(() -> Schedule.linear(Float.NaN, 0f), "from = NaN");
        illegal(() -> Schedule.cosine(1f, -1f), "to = -1.0");
        illegal(() -> Schedule.constant(1f).warmUp(0), "count = 0");
    }

    private static void illegal(Runnable call, String... parts) {
        Refused.with(IllegalArgumentException.class, call, parts);
    }
}
