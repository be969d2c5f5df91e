package ai.ultrathink.understudy.faults;

import static ai.ultrathink.understudy.faults.FaultEnvironment.CONTROL;
import static ai.ultrathink.understudy.faults.FaultVerdict.measured;
import static java.nio.charset.StandardCharsets.ISO_8859_1;

import ai.ultrathink.understudy.testkit.Authority;
import ai.ultrathink.understudy.testkit.LocalPostgres;
import ai.ultrathink.understudy.testkit.ServiceProcess;
import io.vertx.core.json.JsonObject;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.Socket;
import java.nio.ByteBuffer;
import java.nio.channels.SocketChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.sql.DriverManager;
import java.sql.SQLException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** What one connection, one peer, a page in a browser or another user of the machine can do to everybody else. */
final class ConnectionFaults {

    private static final String SMALL_HEAP = "256m";
    private static final int PER_SECOND = 100;
    private static final Duration WHILE = Duration.ofSeconds(3);
    private static final String HOST = "Host: localhost\r\n";
    private static final int PIPELINING = 50;
    private static final long MOST_MIB = 150;
    private static final int METHODS = 20_000;
    private static final int CONNECTIONS = 2048;
    private static final Duration WITHIN = Duration.ofSeconds(30);
    private static final int PATIENCE_MILLIS = 20_000;
    private static final Pattern PROBES = Pattern.compile("Probes and metrics on: http://\\S+:(\\d+)");

    private static final String FEW_STREAMS =
            "at most 100 are taken; everything else is answered, and no memory is kept";

    private ConnectionFaults() {}

    static List<Fault> all() {
        return List.of(
                clearStreams(),
                encryptedStreams(),
                largeBody(),
                methods(),
                pipelining(),
                onePeer(),
                otherSite(),
                localUser(),
                databaseCertificate());
    }

    private static Fault clearStreams() {
        return Fault.named("HTTP/2 in the clear")
                .injected("one connection begins 70,000 requests of HTTP/2, ends none and acknowledges no settings")
                .promised(FEW_STREAMS)
                .quickly()
                .when(context -> {
                    ServiceReplica replica = context.shared();
                    return streams(context, replica, connect(replica.at("/").getPort(), "127.0.0.1"));
                });
    }

    private static Fault encryptedStreams() {
        return Fault.named("HTTP/2 without end")
                .injected("the same with TLS")
                .promised(FEW_STREAMS)
                .when(context -> {
                    Encrypted encrypted = Encrypted.start(context);
                    context.load(encrypted.replica(), Ask.plain(CONTROL), PER_SECOND)
                            .lasting(WHILE);
                    return streams(context, encrypted.replica(), encrypted.connect());
                });
    }

    /** One connection begins requests without end, and others go on. */
    private static FaultVerdict streams(FaultContext context, ServiceReplica replica, Socket connection)
            throws IOException, InterruptedException {
        context.onClose(connection);
        long before = replica.residentMib();
        Load load = context.load(replica, Ask.plain(CONTROL), PER_SECOND);
        int sent = streams(connection, 70_000);
        Recording recording = load.lasting(WHILE);
        long more = replica.residentMib() - before;
        return measured(
                        "%,d of 70,000 sent; %,d predictions, %d failed; %d MiB more",
                        sent, recording.size(), recording.failed(), more)
                .holds(recording.failed() == 0, "the first failure: %s", recording.firstFailure())
                .holds(more < MOST_MIB, "the bound is %d MiB", MOST_MIB)
                .holds(replica.live() && replica.ready(), "it is not live and ready")
                .verdict();
    }

    /** Begins requests until the service closes the connection; returns how many. */
    private static int streams(Socket socket, int count) {
        int sent = 0;
        try {
            socket.getOutputStream().write("PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n".getBytes(ISO_8859_1));
            socket.getOutputStream().write(new byte[] {0, 0, 0, 4, 0, 0, 0, 0, 0});
            for (; sent < count; sent++) {
                // HEADERS that end the headers and not the stream: :method POST, :scheme http, :path /
                ByteBuffer frame = ByteBuffer.allocate(12);
                frame.put(new byte[] {0, 0, 3, 1, 4})
                        .putInt(2 * sent + 1)
                        .put(new byte[] {(byte) 0x83, (byte) 0x86, (byte) 0x84});
                socket.getOutputStream().write(frame.array());
            }
        } catch (IOException e) {
            // closed by the service
        }
        return sent;
    }

    private static Fault largeBody() {
        return Fault.named("a body that is too large, over HTTP/2")
                .injected("a body of 2 MiB, and 60 other requests on the same connection")
                .promised("the others are answered")
                .when(context -> {
                    Encrypted encrypted = Encrypted.start(context);
                    int answered = encrypted.besideLargeBody(60);
                    return measured("%d of 60 others answered", answered)
                            .holds(answered == 60, "that is not all of them")
                            .verdict();
                });
    }

    private static Fault methods() {
        return Fault.named("invented methods and paths")
                .injected("one connection sends 20,000 requests, each with a method and a path of its own")
                .promised("the metrics have as many series as before, and a label for all of them")
                .quickly()
                .when(context -> {
                    ServiceReplica replica = context.shared();
                    long before = series(replica);
                    int answered = invent(replica.at("/").getPort());
                    long after = series(replica);
                    double other = replica.metric("http_server_requests_seconds_count", "method=\"OTHER\"");
                    return measured(
                                    "%,d of %,d answered; %,d series before, %,d after; %.0f counted as OTHER",
                                    answered, METHODS, before, after, other)
                            .holds(answered == METHODS, "not all were answered")
                            // the first of each status may add those of a histogram
                            .holds(after - before < 500, "that is more than a label for all of them")
                            .holds(other >= METHODS, "not all were counted")
                            .verdict();
                });
    }

    private static long series(ServiceReplica replica) {
        return replica.get("/q/metrics")
                .body()
                .lines()
                .filter(line -> !line.startsWith("#"))
                .count();
    }

    private static int invent(int port) throws IOException {
        int answered = 0;
        try (Socket socket = connect(port, "127.0.0.1")) {
            socket.setSoTimeout(PATIENCE_MILLIS);
            for (int i = 0; i < METHODS; i++) {
                // every second is refused before its path is looked up
                String path = i % 2 == 0 ? "/nothing/" + i : "/nothing;" + i;
                socket.getOutputStream()
                        .write(("METHOD" + i + " " + path + " HTTP/1.1\r\n" + HOST + "\r\n").getBytes(ISO_8859_1));
                answered += readAnswer(socket) >= 400 ? 1 : 0;
            }
        }
        return answered;
    }

    /** Reads one answer with a Content-Length; its status. */
    private static int readAnswer(Socket socket) throws IOException {
        StringBuilder head = new StringBuilder();
        while (head.indexOf("\r\n\r\n") < 0) {
            int read = socket.getInputStream().read();
            if (read < 0) {
                return 0;
            }
            head.append((char) read);
        }
        Matcher length = Pattern.compile("(?i)content-length: (\\d+)").matcher(head);
        if (length.find()) {
            socket.getInputStream().readNBytes(Integer.parseInt(length.group(1)));
        }
        return Integer.parseInt(head.substring(9, 12));
    }

    private static Fault pipelining() {
        return Fault.named("callers that send and do not read")
                .injected(
                        "50 connections ask for large answers for 10 s and read none, beside 100 requests/s, 256 MiB heap")
                .promised("no other request fails; memory is bounded; all is as before when they leave")
                .when(context -> {
                    ServiceReplica replica = context.replica("JAVA_HEAP", SMALL_HEAP);
                    context.load(replica, Ask.plain(CONTROL), 3 * PER_SECOND).lasting(WHILE);
                    long before = replica.residentMib();
                    Load load = context.load(replica, Ask.plain(CONTROL), PER_SECOND);
                    List<SocketChannel> callers = pipeline(replica.at("/").getPort(), Duration.ofSeconds(10));
                    long more = replica.residentMib() - before;
                    Recording meanwhile = load.stop();
                    for (SocketChannel caller : callers) {
                        caller.close();
                    }
                    Recording later = context.load(replica, Ask.plain(CONTROL), PER_SECOND)
                            .lasting(WHILE);
                    return measured(
                                    "%,d predictions, %d failed, p99 %.1f ms; %d MiB more; afterwards %d failed, p99 %.1f ms",
                                    meanwhile.size(),
                                    meanwhile.failed(),
                                    meanwhile.p99Millis(),
                                    more,
                                    later.failed(),
                                    later.p99Millis())
                            .holds(meanwhile.failed() == 0, "the first failure: %s", meanwhile.firstFailure())
                            .holds(later.failed() == 0, "the first failure: %s", later.firstFailure())
                            .holds(more < 2 * MOST_MIB, "the bound is %d MiB", 2 * MOST_MIB)
                            .holds(replica.live() && replica.ready(), "it is not live and ready")
                            .verdict();
                });
    }

    private static List<SocketChannel> pipeline(int port, Duration lasting) throws Exception {
        byte[] request =
                ("GET /q/openapi HTTP/1.1\r\n" + HOST + "\r\n").repeat(50).getBytes(ISO_8859_1);
        List<SocketChannel> callers = new ArrayList<>();
        List<ByteBuffer> rests = new ArrayList<>();
        for (int i = 0; i < PIPELINING; i++) {
            SocketChannel caller = SocketChannel.open(new InetSocketAddress(InetAddress.getLoopbackAddress(), port));
            caller.configureBlocking(false);
            callers.add(caller);
            rests.add(ByteBuffer.wrap(request));
        }
        long end = System.nanoTime() + lasting.toNanos();
        while (System.nanoTime() < end) {
            for (int i = 0; i < PIPELINING; i++) {
                ByteBuffer rest = rests.get(i);
                try {
                    callers.get(i).write(rest);
                } catch (IOException e) {
                    // closed by the service, which is one way to bear it
                    rest.position(rest.limit());
                    continue;
                }
                if (!rest.hasRemaining()) {
                    rest.rewind();
                }
            }
            Thread.sleep(1);
        }
        return callers;
    }

    private static Fault onePeer() {
        return Fault.named("one peer takes all connections it can get")
                .injected("2,048 connections from one address, one request each, kept open")
                .promised("probes on their port answer, and so does a prediction of another peer")
                .when(context -> {
                    ServiceReplica replica = context.replica("UNDERSTUDY_MANAGEMENT_PORT", "0");
                    int port = replica.at("/").getPort();
                    Matcher probes = PROBES.matcher(replica.process().output());
                    if (!probes.find()) {
                        return new FaultVerdict.Broken("there is no port for probes");
                    }
                    int open = 0;
                    for (int i = 0; i < CONNECTIONS; i++) {
                        Socket socket = context.onClose(connect(port, "127.0.0.2"));
                        open += status(socket, "GET /q/health/live HTTP/1.1\r\n" + HOST + "\r\n") == 200 ? 1 : 0;
                    }
                    int probe;
                    try (Socket kubelet = connect(Integer.parseInt(probes.group(1)), "127.0.0.2")) {
                        probe = status(kubelet, "GET /q/health/ready HTTP/1.1\r\n" + HOST + "\r\n");
                    }
                    Recording recording = context.load(replica, Ask.plain(CONTROL), PER_SECOND)
                            .lasting(WHILE);
                    double closed = replica.metric("understudy_connections_closed_total", "reason=\"peer\"");
                    return measured(
                                    "%,d of %,d were kept, %.0f counted as closed; the probe got %d; of others %,d predictions, %d failed",
                                    open, CONNECTIONS, closed, probe, recording.size(), recording.failed())
                            .holds(open < CONNECTIONS, "the peer got all of them")
                            .holds(closed == CONNECTIONS - open, "not every closed one is counted")
                            .holds(probe == 200, "the probe should get 200")
                            .holds(recording.failed() == 0, "the first failure: %s", recording.firstFailure())
                            .verdict();
                });
    }

    /** The status of an answer, or 0. */
    private static int status(Socket socket, String request) {
        try {
            socket.setSoTimeout(PATIENCE_MILLIS);
            socket.getOutputStream().write(request.getBytes(ISO_8859_1));
            return readAnswer(socket);
        } catch (IOException e) {
            return 0;
        }
    }

    private static Socket connect(int port, String from) throws IOException {
        return new Socket(InetAddress.getLoopbackAddress(), port, InetAddress.getByName(from), 0);
    }

    private static Fault otherSite() {
        return Fault.named("a page of another site sends changes")
                .injected("a browser's requests: another origin, a form's content types, a name that leads here")
                .promised("each is refused and nothing changes; the same calls without a page work")
                .quickly()
                .when(context -> {
                    ServiceReplica replica = context.shared();
                    String testId = replica.split(CONTROL, "bull_specialist_v2", 0.5);
                    String disable = "/api/v1/ab-test/" + testId + "/disable";
                    List<String> taken = new ArrayList<>();
                    for (Map.Entry<String, String> header : List.of(
                            Map.entry("Origin", "http://evil.example"),
                            Map.entry("Origin", "null"),
                            Map.entry("Sec-Fetch-Site", "cross-site"),
                            Map.entry("Sec-Fetch-Site", "same-site"),
                            Map.entry("Content-Type", "text/plain"),
                            Map.entry("Content-Type", "application/x-www-form-urlencoded"),
                            Map.entry("Host", "evil.example"))) {
                        int status = raw(replica, disable, header);
                        if (status / 100 != 4) {
                            taken.add(header + " got " + status);
                        }
                    }
                    boolean enabled = replica.test(testId).getBoolean("enabled");
                    int without = raw(replica, disable, Map.entry("Accept", "*/*"));
                    JsonObject after = replica.test(testId);
                    return measured("%d of 7 were taken; without a page: %d", taken.size(), without)
                            .holds(taken.isEmpty(), "%s", taken)
                            .holds(enabled, "the test was disabled")
                            .holds(without == 200 && !after.getBoolean("enabled"), "the call itself does not work")
                            .verdict();
                });
    }

    private static int raw(ServiceReplica replica, String path, Map.Entry<String, String> header) throws IOException {
        try (Socket socket = connect(replica.at("/").getPort(), "127.0.0.1")) {
            String host = header.getKey().equals("Host") ? "" : HOST;
            String body = header.getKey().equals("Content-Type") ? "{}" : "";
            return status(
                    socket,
                    "POST " + path + " HTTP/1.1\r\n" + host + header.getKey() + ": " + header.getValue()
                            + "\r\nContent-Length: " + body.length() + "\r\n\r\n" + body);
        }
    }

    private static Fault localUser() {
        return Fault.named("another user of the machine")
                .injected("connects to the embedded PostgreSQL without its password, and looks for its files")
                .promised("is refused; password, data and programs are for the service's user alone")
                .when(context -> {
                    ServiceReplica replica = context.started(Launch.in(context.directory(), Map.of()))
                            .awaitReady();
                    Path data = ServiceProcess.data(replica.launch().directory());
                    List<String> lines =
                            Files.readAllLines(data.resolve("postgres").resolve("postmaster.pid"));
                    String port = lines.get(3).strip();
                    String answer = answerWithoutPassword(port);
                    List<String> open = new ArrayList<>();
                    for (String name : List.of("postgres", "postgres-programs", "postgres-password")) {
                        if (Files.getPosixFilePermissions(data.resolve(name)).size() > 3) {
                            open.add(name);
                        }
                    }
                    boolean socket = Files.exists(Path.of("/tmp", ".s.PGSQL." + port));
                    return measured("the connection got %s; open to others: %s", answer, open)
                            .holds(answer.startsWith("28") || answer.startsWith("08"), "it should be refused")
                            .holds(open.isEmpty(), "they should not be")
                            .holds(!socket, "there is a socket in /tmp")
                            .verdict();
                });
    }

    /** PostgreSQL's code of the refusal. */
    private static String answerWithoutPassword(String port) {
        try {
            DriverManager.getConnection("jdbc:postgresql://127.0.0.1:" + port + "/postgres", "postgres", "")
                    .close();
            return "in";
        } catch (SQLException e) {
            return String.valueOf(e.getSQLState());
        }
    }

    private static Fault databaseCertificate() {
        return Fault.named("the database's certificate is not right")
                .injected(
                        "sslmode=verify-full with the right certificate, one of another authority, and another host name")
                .promised("the first works; the others connect to nothing, are not ready, say why, and control answers")
                .when(context -> {
                    // PostgreSQL reads a relative path from its data directory
                    Path directory = context.directory().toAbsolutePath();
                    Authority authority = Authority.create(directory, "authority");
                    Path right = authority.certificate();
                    Path other = Authority.create(directory, "other").certificate();
                    Authority.Pair server = authority.sign("localhost", "san=dns:localhost");
                    LocalPostgres postgres = context.onClose(LocalPostgres.start(
                            directory,
                            Map.of(
                                    "ssl", "on",
                                    "ssl_cert_file", server.certificate().toString(),
                                    "ssl_key_file", server.key().toString())));
                    String named = postgres.newDatabase().replace("127.0.0.1", "localhost") + "?sslmode=verify-full";
                    boolean sound = answers(context, named + "&sslrootcert=" + right, "tests are known");
                    boolean stranger = answers(context, named + "&sslrootcert=" + other, "not valid by sslrootcert");
                    boolean elsewhere = answers(
                            context,
                            named.replace("localhost", "127.0.0.1") + "&sslrootcert=" + right,
                            "certificate is for another host");
                    return measured("right: %s; another authority: %s; another host: %s", sound, stranger, elsewhere)
                            .holds(sound, "the right one does not work")
                            .holds(stranger, "another authority is not refused with its reason")
                            .holds(elsewhere, "another host is not refused with its reason")
                            .verdict();
                });
    }

    /** Whether control answers, and the tests are known or the log says why not. */
    private static boolean answers(FaultContext context, String url, String words) throws Exception {
        ServiceReplica replica = context.started("DATABASE_URL", url);
        // a database that will not do by waiting keeps a replica out of service
        replica.awaitListening();
        boolean said = ServiceReplica.millisUntil(
                        WITHIN,
                        () -> words.equals("tests are known")
                                ? replica.get("/api/v1/ab-test/list").statusCode() == 200
                                : replica.process().output().contains(words)
                                        && replica.get("/api/v1/ab-test/list").statusCode() == 503)
                >= 0;
        boolean answered = ServiceReplica.millisUntil(
                        WITHIN,
                        () -> context.ask(replica, Ask.plain(CONTROL), 1).ok())
                >= 0;
        boolean ready = replica.ready();
        replica.close();
        return said && answered && ready == words.equals("tests are known");
    }
}
