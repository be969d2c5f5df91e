package ai.ultrathink.understudy.testkit;

import java.io.IOException;
import java.nio.file.Path;

/**
 * What tests borrow from Node's world: a folder with a package.json whose versions are locked.
 *
 * @param folder with package.json and package-lock.json
 */
public record Npm(Path folder) {

    /** Skips the test where Node.js is missing, with a line that says so, but never where {@code CI=true}. */
    public static void assumePresent(String test) {
        Tool.NODE.assumePresent(test);
        Tool.NPM.assumePresent(test);
    }

    /** Installs what package-lock.json says. */
    public Npm install() throws IOException, InterruptedException {
        Tool.NPM.run(folder, "ci", "--no-audit", "--no-fund");
        return this;
    }

    /** Runs a script of the folder in Node.js, which must succeed, and returns what it printed. */
    public String node(String... arguments) throws IOException, InterruptedException {
        return Tool.NODE.run(folder, arguments);
    }
}
