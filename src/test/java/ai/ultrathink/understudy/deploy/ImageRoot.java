package ai.ultrathink.understudy.deploy;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * The file system of an image, laid out by the COPY lines of its Dockerfile over what its base has. The base's own files are
 * this machine's: the libraries that the base is known to have, and no others.
 */
final class ImageRoot {

    /** Of glibc, libgcc, libstdc++ and zlib, which the bases of both images have. */
    private static final List<String> LIBRARIES = List.of(
            "libc.so.6",
            "libm.so.6",
            "libdl.so.2",
            "libpthread.so.0",
            "librt.so.1",
            "libgcc_s.so.1",
            "libstdc++.so.6",
            "libz.so.1");

    private static final Path LOADER = Path.of("/lib64/ld-linux-x86-64.so.2");
    private static final Pattern LIBRARY = Pattern.compile("\\s+(\\S+) \\(libc6,x86-64[^)]*\\) => (\\S+)");
    /** Where the base of the JVM's image has its Java, and the link to it. */
    private static final String JAVA_HOME = "/usr/lib/jvm/temurin-25-jre-amd64";

    private final Path root;
    private final List<String> mounts = new ArrayList<>();

    private ImageRoot(Path root) {
        this.root = root;
    }

    /** Lays out what the image has; {@code directory} is on the file system of the project's, for files are linked. */
    static ImageRoot of(Dockerfile image, BuildContext context, Path directory) throws IOException {
        ImageRoot root = new ImageRoot(Files.createDirectories(directory).toAbsolutePath());
        root.base();
        if (image.only("ENTRYPOINT").elements().getFirst().equals("/usr/bin/java")) {
            root.java();
        }
        for (Dockerfile.Copy copy : image.copies()) {
            root.copy(copy, context);
        }
        return root;
    }

    private void base() throws IOException {
        for (String folder : List.of("/proc", "/sys", "/dev", "/tmp", "/etc", "/home/nonroot", "/usr/bin")) {
            Files.createDirectories(inside(folder));
        }
        Files.writeString(inside("/etc/passwd"), "nonroot:x:65532:65532:nonroot:/home/nonroot:/sbin/nologin\n");
        for (String device : List.of("/dev/null", "/dev/zero", "/dev/random", "/dev/urandom")) {
            mount("rw", Path.of(device), device);
        }
        for (String name : List.of("/etc/hosts", "/etc/resolv.conf", "/sys")) {
            mount("ro", Path.of(name), name);
        }
        mount("ro", LOADER, LOADER.toString());
        for (Path library : libraries()) {
            mount("ro", library, library.toString());
        }
    }

    private void java() throws IOException {
        mount("ro", Path.of(System.getProperty("java.home")), JAVA_HOME);
        Files.createSymbolicLink(inside("/usr/bin/java"), Path.of(JAVA_HOME, "bin", "java"));
    }

    private void copy(Dockerfile.Copy copy, BuildContext context) throws IOException {
        for (String source : copy.sources()) {
            for (Path match : context.matches(source.replaceFirst("/$", ""))) {
                boolean into = copy.destination().endsWith("/") && !Files.isDirectory(match);
                String target = copy.destination() + (into ? match.getFileName() : "");
                for (Path file : context.sent(match)) {
                    Path link = inside(target).resolve(match.relativize(file).toString());
                    Files.createDirectories(parent(link));
                    Files.createLink(link, file);
                }
            }
        }
    }

    /** Mounts a folder of this machine's to be read or written ({@code ro}, {@code rw}). */
    ImageRoot mount(String kind, Path source, String target) throws IOException {
        Path real = source.toRealPath();
        if (Files.isDirectory(real)) {
            Files.createDirectories(inside(target));
        } else {
            Files.createDirectories(parent(inside(target)));
            Files.writeString(inside(target), "");
        }
        mounts.add(kind + " " + real + " " + target);
        return this;
    }

    /** Mounts an empty folder in memory. */
    ImageRoot mountEmpty(String target) throws IOException {
        Files.createDirectories(inside(target));
        mounts.add("tmp " + target);
        return this;
    }

    /**
     * The command that runs the image's entry point in it, as the user of its Dockerfile.
     *
     * @param environment added to that of the Dockerfile; nothing else is in it
     */
    String[] command(Dockerfile image, Map<String, String> environment) throws IOException {
        Map<String, String> all = new LinkedHashMap<>(image.environment());
        all.putAll(environment);
        Path list = Files.write(parent(root).resolve("mounts"), mounts);
        Path variables = Files.write(
                parent(root).resolve("variables"),
                all.entrySet().stream().map(Object::toString).toList());
        String[] user = image.only("USER").text().split(":", 2);
        List<String> command = new ArrayList<>(unshare());
        command.addAll(List.of("src/test/images/enter.sh", root.toString(), list.toString(), variables.toString()));
        command.addAll(List.of(image.only("WORKDIR").text(), user[0], user[1]));
        command.addAll(image.only("ENTRYPOINT").elements());
        return command.toArray(String[]::new);
    }

    /** Whether this machine allows it; why not, otherwise. */
    static Optional<String> whyNot() throws IOException, InterruptedException {
        if (!Files.exists(LOADER)) {
            return Optional.of("the images are tried on Linux on x86-64");
        }
        List<String> command = new ArrayList<>(unshare());
        command.addAll(List.of("mount", "--make-rprivate", "/"));
        try {
            Process process = new ProcessBuilder(command)
                    .redirectErrorStream(true)
                    .redirectOutput(ProcessBuilder.Redirect.DISCARD)
                    .start();
            return process.waitFor() == 0
                    ? Optional.empty()
                    : Optional.of("this user may not make namespaces (unshare): be root, or allow them");
        } catch (IOException e) {
            return Optional.of("there is no unshare: install util-linux");
        }
    }

    private static List<String> unshare() {
        List<String> command = new ArrayList<>(List.of("unshare", "--mount", "--pid", "--fork", "--kill-child"));
        if (!"root".equals(System.getProperty("user.name"))) {
            command.addAll(List.of("--user", "--map-root-user"));
        }
        return command;
    }

    private static List<Path> libraries() throws IOException {
        Map<String, Path> known = new HashMap<>();
        Process ldconfig = new ProcessBuilder("/sbin/ldconfig", "-p").start();
        try (var lines = ldconfig.inputReader()) {
            lines.lines()
                    .map(LIBRARY::matcher)
                    .filter(Matcher::matches)
                    .forEach(library -> known.putIfAbsent(library.group(1), Path.of(library.group(2))));
        }
        return LIBRARIES.stream().filter(known::containsKey).map(known::get).toList();
    }

    private Path inside(String path) {
        return root.resolve(path.substring(1));
    }

    private static Path parent(Path path) {
        return Objects.requireNonNull(path.getParent());
    }

    /** A folder that the image's user may write to, as a volume is. */
    static Path volume(Path directory) throws IOException {
        Files.createDirectories(directory);
        return Files.setPosixFilePermissions(directory, PosixFilePermissions.fromString("rwxrwxrwx"));
    }
}
