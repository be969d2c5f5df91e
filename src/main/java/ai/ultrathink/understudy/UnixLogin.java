package ai.ultrathink.understudy;

import com.oracle.svm.core.annotate.Substitute;
import com.oracle.svm.core.annotate.TargetClass;

/**
 * In the native executable there is no library that asks the system who is logged in. Kafka's client leads to it, for Kerberos alone,
 * and not every builder has it to link.
 */
@TargetClass(className = "com.sun.security.auth.module.UnixSystem")
final class UnixLogin {

    @Substitute
    UnixLogin() {
        throw new UnsupportedOperationException("the native executable does not know Kerberos logins of the system");
    }
}
