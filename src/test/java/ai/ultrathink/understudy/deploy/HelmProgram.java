package ai.ultrathink.understudy.deploy;

import com.marcnuri.helm.Helm;
import com.marcnuri.helm.LintResult;
import com.marcnuri.helm.TemplateCommand;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Stream;

/** Helm in a process of its own: it brings the runtime of Go, which has signal handlers. */
final class HelmProgram {

    static final Path CHART = Path.of("deploy", "helm", "understudy");

    private HelmProgram() {}

    /**
     * What a run has printed.
     *
     * @param failed whether Helm refused; the text then says why
     */
    record Result(boolean failed, String text) {}

    /** Renders the chart as {@code helm template} does. */
    static Result template(String release, String namespace, List<Path> values)
            throws IOException, InterruptedException {
        List<String> arguments = new ArrayList<>(List.of("template", release, namespace));
        values.forEach(file -> arguments.add(file.toString()));
        return run(arguments);
    }

    /** Checks a chart as {@code helm lint --strict} does. */
    static Result lint(Path chart) throws IOException, InterruptedException {
        return run(List.of("lint", chart.toString()));
    }

    private static Result run(List<String> arguments) throws IOException, InterruptedException {
        List<String> command = Stream.concat(
                        Stream.of(
                                Path.of(System.getProperty("java.home"), "bin", "java")
                                        .toString(),
                                "--enable-native-access=ALL-UNNAMED",
                                "-cp",
                                System.getProperty("java.class.path"),
                                HelmProgram.class.getName()),
                        arguments.stream())
                .toList();
        Path errors = Files.createTempFile("helm", ".err");
        try {
            Process process =
                    new ProcessBuilder(command).redirectError(errors.toFile()).start();
            String output = new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
            boolean failed = process.waitFor() != 0;
            return new Result(failed, failed ? output + Files.readString(errors) : output);
        } finally {
            Files.delete(errors);
        }
    }

    public static void main(String[] args) throws IOException {
        try {
            if (args[0].equals("lint")) {
                LintResult result = new Helm(Path.of(args[1])).lint().strict().call();
                result.getMessages().forEach(System.out::println);
                System.exit(result.isFailed() ? 1 : 0);
            }
            TemplateCommand template = new Helm(CHART)
                    .template()
                    .withName(args[1])
                    .withNamespace(args[2])
                    .withKubeVersion("1.33.0");
            for (int i = 3; i < args.length; i++) {
                template.withValuesFile(Path.of(args[i]));
            }
            System.out.print(template.call());
        } catch (IllegalStateException e) {
            System.out.println(e.getMessage());
            System.exit(1);
        }
    }
}
