package ai.ultrathink.understudy;

import ai.ultrathink.understudy.command.ServiceCommands;
import java.io.InputStream;
import java.security.SecureRandom;
import java.time.Duration;
import java.time.Instant;
import java.util.Map;
import java.util.function.Supplier;
import picocli.CommandLine.Model.CommandSpec;

/** The fourth main of this artefact: asks and steers a service that runs elsewhere. */
final class CommandMain {

    private static final Map<String, Supplier<CommandSpec>> WITHOUT_A_SERVICE =
            Map.of(ModelMain.COMMAND, ModelMain::spec, ImportMain.COMMAND, ImportMain::spec);

    private CommandMain() {}

    static boolean asked(String... args) {
        return args.length > 0 && ServiceCommands.knows(args[0]);
    }

    /** Does what was asked, and ends the process. */
    static void run(String... args) {
        int code = new ServiceCommands(System.getenv(), WITHOUT_A_SERVICE, new ThisMachine(), System.out, System.err)
                .execute(args);
        System.out.flush();
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
