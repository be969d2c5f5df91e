package ai.ultrathink.understudy.faults;

import static ai.ultrathink.understudy.faults.FaultEnvironment.CONTROL;
import static ai.ultrathink.understudy.faults.FaultVerdict.measured;

import java.io.IOException;
import java.io.OutputStream;
import java.net.InetAddress;
import java.net.Socket;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.atomic.AtomicInteger;

/** More requests, larger ones or slower callers than the service can bear. */
final class OverloadFaults {

    private static final Duration WHILE = Duration.ofSeconds(3);
    private static final String SMALL_HEAP = "256m";
    private static final Duration SETTLED = Duration.ofSeconds(1);
    private static final int MODERATE = 100;

    private OverloadFaults() {}

    static List<Fault> all() {
        return List.of(
                crowd("bull_specialist"),
                crowd("universal"),
                crowd(RemoteControlledModel.CONTROL.model()),
                overload(),
                overloadOfOne(),
                beside(
                        "slow callers",
                        "1,000 connections send half a request and then nothing",
                        OverloadFaults::halfRequests),
                beside("idle callers", "1,500 connections that send nothing", OverloadFaults::idle),
                hugeBodies());
    }

    private static Fault crowd(String model) {
        return Fault.named("everyone asks " + model + " at once")
                .injected("2,000 requests in one second, which run in batches of any size")
                .promised("none fails, and no answer depends on the batch that it was in")
                .quickly()
                .when(context -> {
                    Recording recording = context.load(context.shared(), Ask.plain(model), 2000)
                            .lasting(Duration.ofSeconds(1));
                    return measured(
                                    "%,d predictions, %d failed, p99 %.1f ms",
                                    recording.size(), recording.failed(), recording.p99Millis())
                            .holds(recording.failed() == 0, "the first failure: %s", recording.firstFailure())
                            .verdict();
                });
    }

    private static Fault overload() {
        return Fault.named("more requests than control can answer, shadow")
                .injected("a control that answers about 200/s gets 600/s for 8 s; at most 24 are in flight")
                .promised(
                        "shadows are left out first, then 503 with Retry-After; p99 of answers below control's deadline")
                .when(context -> {
                    ServiceReplica replica = context.replica(
                            "JAVA_HEAP",
                            SMALL_HEAP,
                            "UNDERSTUDY_TRIAL_MAX_IN_FLIGHT",
                            "24",
                            "UNDERSTUDY_TRIAL_MAX_IN_FLIGHT_WITH_SHADOW",
                            "12");
                    String testId = replica.shadow(RemoteControlledModel.CONTROL.model(), "constant_buy");
                    Ask ask = Ask.under(testId, RemoteControlledModel.CONTROL.model());
                    // a new process is slow by itself, and that is another matter
                    context.load(replica, ask, 300).lasting(WHILE);
                    RemoteControlledModel.CONTROL.burnsForEachRow(0.05);
                    Recording recording = context.load(replica, ask, 600).lasting(Duration.ofSeconds(8));
                    RemoteControlledModel.CONTROL.behaves();
                    Recording admitted = recording.only(TimedAnswer::ok);
                    Recording refused = recording.only(answer -> answer.status() == 503);
                    double shed = replica.metric("understudy_shadow_shed_total", "test=\"" + testId + "\"");
                    long unsaid = refused.count(answer -> answer.retryAfter() == null);
                    return measured(
                                    "%s; admitted p99 %.0f ms; refused p99 %.0f ms, %d without Retry-After; %.0f shadows shed;"
                                            + " %d MiB resident",
                                    recording.tally(TimedAnswer::status),
                                    admitted.p99Millis(),
                                    refused.p99Millis(),
                                    unsaid,
                                    shed,
                                    replica.residentMib())
                            .holds(
                                    admitted.size() + refused.size() == recording.size(),
                                    "other answers: %s",
                                    recording
                                            .only(answer -> !answer.ok() && answer.status() != 503)
                                            .firstFailure())
                            .holds(admitted.size() > 100, "hardly any were admitted")
                            .holds(!refused.answers().isEmpty(), "nothing was refused: not overloaded")
                            .holds(admitted.p99Millis() < 1000, "the deadline is 1,000 ms")
                            .holds(refused.p99Millis() < 300, "that is not at once")
                            .holds(unsaid == 0, "Retry-After is missing")
                            .holds(shed > 0, "no shadow is counted as shed")
                            .holds(replica.live(), "it is not live")
                            .verdict();
                });
    }

    private static Fault overloadOfOne() {
        return Fault.named("one control is overloaded, another is not")
                .injected(
                        "a control that answers about 200/s gets 600/s for 15 s and misses its probes; 50/s to another model")
                .promised("the replica is ready all the while, and the other model answers everything")
                .when(context -> {
                    ServiceReplica replica = context.replica("JAVA_HEAP", SMALL_HEAP, "UNDERSTUDY_PROBE_EVERY", "1s");
                    String testId = replica.shadow(RemoteControlledModel.CONTROL.model(), "constant_buy");
                    context.load(replica, Ask.plain(CONTROL), 300).lasting(WHILE);
                    RemoteControlledModel.CONTROL.burnsForEachRow(0.05);
                    Load load = context.load(replica, Ask.under(testId, RemoteControlledModel.CONTROL.model()), 600);
                    Load other = context.load(replica, Ask.plain(CONTROL), MODERATE / 2);
                    long unready = ServiceReplica.millisUntil(Duration.ofSeconds(15), () -> !replica.ready());
                    Recording overloaded = load.stop();
                    Recording others = other.stop();
                    RemoteControlledModel.CONTROL.behaves();
                    return measured(
                                    "the overloaded: %s; the other: %s",
                                    overloaded.tally(TimedAnswer::status), others.tally(TimedAnswer::status))
                            .holds(unready < 0, "not ready after %.1f s", unready / 1e3)
                            .holds(overloaded.failed() > 0, "nothing was refused: not overloaded")
                            .holds(others.failed() == 0, "the first failure: %s", others.firstFailure())
                            .verdict();
                });
    }

    /** Opens connections that harm, and returns them. */
    @FunctionalInterface
    private interface Harm {
        void open(FaultContext context, URI address) throws IOException;
    }

    private static Fault beside(String who, String how, Harm harm) {
        return Fault.named(who)
                .injected(how + ", beside 100 requests a second, in 256 MiB of heap")
                .promised("no request fails, p99 below 50 ms")
                .when(context -> {
                    ServiceReplica replica = context.replica("JAVA_HEAP", SMALL_HEAP);
                    context.load(replica, Ask.plain(CONTROL), 3 * MODERATE).lasting(WHILE);
                    harm.open(context, replica.at("/api/v1/predict"));
                    // what it costs to have them, not to open them all at once
                    Thread.sleep(SETTLED);
                    Recording recording =
                            context.load(replica, Ask.plain(CONTROL), MODERATE).lasting(WHILE);
                    return measured(
                                    "%,d predictions, %d failed, p99 %.1f ms, %d MiB resident",
                                    recording.size(), recording.failed(), recording.p99Millis(), replica.residentMib())
                            .holds(recording.failed() == 0, "the first failure: %s", recording.firstFailure())
                            .holds(recording.p99Millis() < 50, "the bound is 50 ms")
                            .holds(replica.live() && replica.ready(), "it is not live and ready")
                            .verdict();
                });
    }

    private static void halfRequests(FaultContext context, URI address) throws IOException {
        byte[] half = ("POST /api/v1/predict HTTP/1.1\r\nHost: localhost\r\nContent-Type: application/json\r\n"
                        + "Content-Length: 1000\r\n\r\n{\"symbol\":\"SPX\",\"features\":[")
                .getBytes(StandardCharsets.US_ASCII);
        for (Socket socket : connections(context, address, 1000)) {
            socket.getOutputStream().write(half);
        }
    }

    private static void idle(FaultContext context, URI address) throws IOException {
        connections(context, address, 1500);
    }

    private static List<Socket> connections(FaultContext context, URI address, int count) throws IOException {
        List<Socket> connections = new ArrayList<>();
        for (int i = 0; i < count; i++) {
            connections.add(context.onClose(new Socket(InetAddress.getLoopbackAddress(), address.getPort())));
        }
        return connections;
    }

    private static Fault hugeBodies() {
        return Fault.named("huge requests")
                .injected("20 callers send 64 MiB each, beside 100 requests/s, with a heap of 256 MiB")
                .promised("no other request fails, the huge ones get 413 or their connection closed")
                .when(context -> {
                    ServiceReplica replica = context.replica("JAVA_HEAP", SMALL_HEAP);
                    Load load = context.load(replica, Ask.plain(CONTROL), MODERATE);
                    AtomicInteger taken = new AtomicInteger();
                    try (ExecutorService callers = Executors.newVirtualThreadPerTaskExecutor()) {
                        for (int i = 0; i < 20; i++) {
                            callers.execute(() -> taken.addAndGet(huge(replica.at("/api/v1/predict"))));
                        }
                    }
                    Recording recording = load.lasting(SETTLED);
                    return measured(
                                    "%,d predictions, %d failed; %d of 20 huge ones were taken; %d MiB resident",
                                    recording.size(), recording.failed(), taken.get(), replica.residentMib())
                            .holds(recording.failed() == 0, "the first failure: %s", recording.firstFailure())
                            .holds(taken.get() == 0, "they should not be")
                            .holds(replica.live() && replica.ready(), "it is not live and ready")
                            .verdict();
                });
    }

    /** Sends far too much; 1 when the service took it to the end and answered with 200. */
    private static int huge(URI address) {
        byte[] megabyte = new byte[1024 * 1024];
        Arrays.fill(megabyte, (byte) ' ');
        try (Socket socket = new Socket(InetAddress.getLoopbackAddress(), address.getPort())) {
            OutputStream out = socket.getOutputStream();
            out.write(("POST /api/v1/predict HTTP/1.1\r\nHost: localhost\r\nContent-Type: application/json\r\n"
                            + "Content-Length: " + 64L * megabyte.length + "\r\n\r\n")
                    .getBytes(StandardCharsets.US_ASCII));
            for (int i = 0; i < 64; i++) {
                out.write(megabyte);
            }
            byte[] answer = socket.getInputStream().readNBytes("HTTP/1.1 200".length());
            return new String(answer, StandardCharsets.US_ASCII).endsWith("200") ? 1 : 0;
        } catch (IOException e) {
            return 0;
        }
    }
}
