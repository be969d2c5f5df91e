package ai.ultrathink.understudy.deploy;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** What pom.xml says of the version. */
final class Release {

    private static final Pattern VERSION =
            Pattern.compile("<artifactId>understudy</artifactId>\\s*<version>([^<]+)</version>");

    private Release() {}

    /** The version, or the one that a snapshot leads to. */
    static String version() throws IOException {
        Matcher version = VERSION.matcher(Files.readString(Path.of("pom.xml")));
        if (!version.find()) {
            throw new AssertionError("pom.xml has no version");
        }
        return version.group(1).replace("-SNAPSHOT", "");
    }
}
