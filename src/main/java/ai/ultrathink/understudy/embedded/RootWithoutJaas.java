package ai.ultrathink.understudy.embedded;

import com.oracle.svm.core.annotate.Substitute;
import com.oracle.svm.core.annotate.TargetClass;
import io.zonky.test.db.postgres.util.LinuxUtils;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;

/**
 * In a native executable, whether PostgreSQL, which does not run as root, can be started by {@code unshare} as somebody else.
 * The original asks JAAS for the user, by reflection and through a library of the JDK that an executable does not have.
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
