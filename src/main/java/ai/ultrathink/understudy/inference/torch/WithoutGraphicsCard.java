package ai.ultrathink.understudy.inference.torch;

import com.oracle.svm.core.annotate.Substitute;
import com.oracle.svm.core.annotate.TargetClass;

/**
 * Replaces DJL's detection of graphics cards in a native executable: there is none. DJL asks through JNA, which brings
 * a library of its own and metadata for reflection, and the service runs its models on the processor alone.
 */
@TargetClass(className = "ai.djl.util.cuda.CudaUtils")
final class WithoutGraphicsCard {

    private WithoutGraphicsCard() {}

    @Substitute
    static boolean hasCuda() {
        return false;
    }

    @Substitute
    static int getGpuCount() {
        return 0;
    }
}
