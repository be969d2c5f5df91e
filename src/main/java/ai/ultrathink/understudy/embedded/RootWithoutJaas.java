package ai.ultrathink.understudy.embedded;

import com.oracle.svm.core.annotate.Substitute;
import com.oracle.svm.core.annotate.TargetClass;
import io.zonky.test.db.postgres.util.LinuxUtils;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;

/**
 * Replaces a check in a native executable: whether {@code unshare} can start PostgreSQL, which does not run as root, as
 * another user. The original gets the user from JAAS, by reflection and through a JDK library that an executable does
 * not have.
 */
@TargetClass(LinuxUtils.class)
final class RootWithoutJaas {

    private RootWithoutJaas() {}

    @Substitute
    static boolean unshareAvailable() {
        try {
            return Files.getAttribute(Path.of("/proc/self"), "unix:uid").equals(0)
                    && new ProcessBuilder("unshare", "-U", "id", "-u").start().waitFor() == 0;
        } catch (IOException e) {
            return false;
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            return false;
        }
    }
}
