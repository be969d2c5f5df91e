package ai.ultrathink.understudy;

import ai.ultrathink.understudy.command.CommandOutput;
import ai.ultrathink.understudy.command.ServiceCommands;
import java.io.InputStream;
import java.security.SecureRandom;
import java.time.Duration;
import java.time.Instant;
import java.util.Arrays;
import java.util.Map;
import java.util.Objects;
import java.util.function.Supplier;
import picocli.CommandLine.Model.CommandSpec;

/** The fourth main of this artefact: asks and steers a service that runs elsewhere. */
final class CommandMain {

    private static final Map<String, Supplier<CommandSpec>> WITHOUT_A_SERVICE =
            Map.of(ModelMain.COMMAND, ModelMain::spec, ImportMain.COMMAND, ImportMain::spec);

    private static final String PROPERTY = "-D";

    /** Of what is packaged, which its manifest has; read when a native executable is built. */
    private static final String VERSION =
            Objects.requireNonNullElse(CommandMain.class.getPackage().getImplementationVersion(), "of its sources");

    private CommandMain() {}

    /** Whether there is an argument that is not for the service: that takes properties alone. */
    static boolean asked(String... args) {
        return !Arrays.stream(args).allMatch(argument -> argument.startsWith(PROPERTY));
    }

    /** Does what was asked, and ends the process. */
    static void run(String... args) {
        int code = new ServiceCommands(
                        System.getenv(),
                        VERSION,
                        WITHOUT_A_SERVICE,
                        new ThisMachine(),
                        CommandOutput.standard(System.out.charset()),
                        System.err)
                .execute(args);
        System.err.flush();
        System.exit(code);
    }

    private static final class ThisMachine implements ServiceCommands.Machine {

        @Override
        public Instant now() {
            return Instant.now();
        }

        @Override
        public void pause(Duration time) throws InterruptedException {
            Thread.sleep(time);
        }

        @Override
        public byte[] secret(int length) {
            byte[] secret = new byte[length];
            new SecureRandom().nextBytes(secret);
            return secret;
        }

        @Override
        public InputStream input() {
            return System.in;
        }
    }
}
