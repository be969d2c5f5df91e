# What a process with libtorch needs around it, for the scripts that start one; they set root and source this.

# One thread per forward pass: requests are the parallelism. With OpenMP's default, workers fight over the cores.
export OMP_NUM_THREADS="${OMP_NUM_THREADS:-1}"
# MKL, which multiplies libtorch's matrices, sums a row in one order, whatever the size of its batch. It reads this once.
export MKL_CBWR="${MKL_CBWR:-AUTO,STRICT}"
export OPT_OUT_TRACKING="${OPT_OUT_TRACKING:-true}"
export PYTORCH_LIBRARY_PATH="${PYTORCH_LIBRARY_PATH:-$root/target/libtorch}"

# Sets JAVA_HOME, and flags to what every JVM here is started with.
choose_java() {
    JAVA_HOME=$("$root/scripts/find-jdk.sh")
    export JAVA_HOME
    flags=--enable-native-access=ALL-UNNAMED
    # Netty uses sun.misc.Unsafe, of which newer JDKs warn; older ones do not know the flag.
    if "$JAVA_HOME/bin/java" --sun-misc-unsafe-memory-access=allow --version >/dev/null 2>&1; then
        flags="$flags --sun-misc-unsafe-memory-access=allow"
    fi
}
