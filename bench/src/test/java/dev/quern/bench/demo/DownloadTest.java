// SPDX-License-Identifier: Apache-2.0
package dev.quern.bench.demo;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.sun.net.httpserver.HttpExchange;
import com.sun.net.httpserver.HttpServer;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.URI;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HexFormat;
import java.util.List;
import java.util.Random;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Against a server on the loopback interface; nothing here goes out. */
class DownloadTest {
    @TempDir
    Path directory;

    private final byte[] content = new byte[200_000];
    private final List<String> log = new ArrayList<>();
    private final List<String> requests = new ArrayList<>();
    private HttpServer server;
    private long arrived;

    @BeforeEach
    void startServer() throws IOException {
        new Random(1).nextBytes(content);
        server = HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 0);
        serve("/good/", exchange -> answer(exchange, content, content.length));
        serve("/cut/", exchange -> answer(exchange, Arrays.copyOf(content, 50_000), content.length));
        serve("/other/", exchange -> answer(exchange, new byte[1000], 1000));
        serve("/chunked/", exchange -> answer(exchange, content, 0));
        serve("/missing/", exchange -> exchange.sendResponseHeaders(404, -1));
        serve("/moved/", exchange -> {
            exchange.getResponseHeaders().add("Location", "/good/file.gz");
            exchange.sendResponseHeaders(302, -1);
        });
        serve("/loop/", exchange -> {
            exchange.getResponseHeaders().add("Location", "/loop/file.gz");
            exchange.sendResponseHeaders(302, -1);
        });
        serve("/silent/", exchange -> {});
        server.start();
    }

    private interface Answer {
        void to(HttpExchange exchange) throws IOException;
    }

    private void serve(String path, Answer answer) {
        server.createContext(path, exchange -> {
            requests.add(exchange.getRequestURI().getPath());
            try (exchange) {
                answer.to(exchange);
            }
        });
    }

    private static void answer(HttpExchange exchange, byte[] body, long announced) throws IOException {
        exchange.sendResponseHeaders(200, announced);
        exchange.getResponseBody().write(body);
        exchange.getResponseBody().flush();
    }

    @AfterEach
    void stopServer() {
        server.stop(0);
    }

    private URI address(String path) {
        return URI.create("http://" + InetAddress.getLoopbackAddress().getHostAddress() + ":"
                + server.getAddress().getPort() + path);
    }

    private void fetch(String path) throws IOException {
        fetch(address(path));
    }

    private void fetch(URI base) throws IOException {
        new Download(base, directory, log::add, (name, bytes, of) -> arrived = bytes)
                .fetch(List.of(new Download.Item("file.gz", md5(content))));
    }

    private static String md5(byte[] bytes) {
        try {
            return HexFormat.of().formatHex(MessageDigest.getInstance("MD5").digest(bytes));
        } catch (NoSuchAlgorithmException e) {
            throw new AssertionError(e);
        }
    }

    private void fails(String path, String words) throws IOException {
        var thrown = assertThrows(IOException.class, () -> fetch(path));
        String message = thrown.getMessage();
        assertTrue(message.startsWith(address(path) + "file.gz: ") && message.contains(words), message);
        assertFalse(Files.exists(directory.resolve("file.gz")));
        assertFalse(Files.exists(directory.resolve("file.gz.part")));
    }

    private Path file() {
        return directory.resolve("file.gz");
    }

    @Test
    void aGoodFileArrivesWhole() throws IOException {
        fetch("/good/");
        assertArrayEquals(content, Files.readAllBytes(file()));
        assertFalse(Files.exists(directory.resolve("file.gz.part")));
        assertEquals(content.length, arrived);
        assertEquals(List.of("fetching " + address("/good/file.gz")), log);
    }

    @Test
    void aFileWithoutAnnouncedLengthArrivesWhole() throws IOException {
        fetch("/chunked/");
        assertArrayEquals(content, Files.readAllBytes(file()));
    }

    @Test
    void aRedirectIsFollowed() throws IOException {
        fetch("/moved/");
        assertArrayEquals(content, Files.readAllBytes(file()));
        assertEquals(List.of("/moved/file.gz", "/good/file.gz"), requests);
    }

    @Test
    void endlessRedirectsEnd() throws IOException {
        fails("/loop/", "redirected too many");
    }

    @Test
    void aCutAnswerIsThrownAwayAndNotTriedAgain() throws IOException {
        fails("/cut/", "; the partial file was thrown away");
        assertEquals(List.of("/cut/file.gz"), requests);
    }

    @Test
    void aWrongDigestIsRefusedWithBothDigests() throws IOException {
        fails("/other/", "what came has MD5 " + md5(new byte[1000]) + " instead of " + md5(content));
        assertEquals(List.of("/other/file.gz"), requests);
    }

    @Test
    void anAnswerOtherThan200IsRefused() throws IOException {
        fails("/missing/", "the server answered 404 instead of 200");
        assertEquals(List.of("/missing/file.gz"), requests);
    }

    @Test
    void aServerThatHangsUpIsOneSentence() throws IOException {
        fails("/silent/", "SocketException");
    }

    @Test
    void noServerIsOneSentence() throws IOException {
        URI base = address("/good/");
        server.stop(0);
        var thrown = assertThrows(IOException.class, () -> fetch(base));
        assertTrue(thrown.getMessage().startsWith(base + "file.gz: "), thrown.getMessage());
    }

    @Test
    void aFileThatIsThereIsVerifiedAndNotFetched() throws IOException {
        Files.write(file(), content);
        fetch("/good/");
        assertEquals(List.of(), requests);
        assertEquals(List.of(file() + " is there and has the right digest"), log);
    }

    @Test
    void aFileThatIsThereButWrongIsThrownAwaySaidAndFetched() throws IOException {
        Files.write(file(), new byte[5]);
        fetch("/good/");
        assertArrayEquals(content, Files.readAllBytes(file()));
        assertTrue(log.get(0).contains(md5(new byte[5])) && log.get(0).endsWith("thrown away"), log.toString());
    }

    @Test
    void aPartialFileIsThrownAwaySaidAndNotResumed() throws IOException {
        Files.write(directory.resolve("file.gz.part"), Arrays.copyOf(content, 50_000));
        fetch("/good/");
        assertArrayEquals(content, Files.readAllBytes(file()));
        assertEquals(
                directory.resolve("file.gz.part") + " was left by a run that did not finish: thrown away", log.get(0));
    }

    @Test
    void thePublisherIsAskedOverHttps() {
        assertEquals("https", Download.PUBLISHER.getScheme());
        assertEquals(4, Download.FASHION_MNIST.size());
    }
}
