package ai.ultrathink.understudy.bench;

import com.sun.management.ThreadMXBean;
import com.sun.tools.attach.AttachNotSupportedException;
import com.sun.tools.attach.VirtualMachine;
import java.io.IOException;
import java.lang.management.ManagementFactory;
import java.lang.management.ThreadInfo;
import java.util.Map;
import java.util.TreeMap;
import java.util.stream.Collectors;
import javax.management.remote.JMXConnector;
import javax.management.remote.JMXConnectorFactory;
import javax.management.remote.JMXServiceURL;

/** What the threads of another JVM have allocated on its heap since they began: a count, in which no time is. */
final class AllocatedBytes implements AutoCloseable {

    /** Threads that serve this object's own questions, and those of the JVM. */
    private static final String OWN = "RMI .*|JMX .*|Attach Listener|Signal Dispatcher|Common-Cleaner|Cleaner-\\d+";

    private final JMXConnector connector;
    private final ThreadMXBean threads;

    private AllocatedBytes(JMXConnector connector, ThreadMXBean threads) {
        this.connector = connector;
        this.threads = threads;
    }

    @SuppressWarnings("BanJNDI") // the process is one that the test has started
    static AllocatedBytes of(ProcessHandle process) throws IOException {
        VirtualMachine machine = attached(process);
        try {
            JMXConnector connector =
                    JMXConnectorFactory.connect(new JMXServiceURL(machine.startLocalManagementAgent()));
            return new AllocatedBytes(
                    connector,
                    ManagementFactory.newPlatformMXBeanProxy(
                            connector.getMBeanServerConnection(),
                            ManagementFactory.THREAD_MXBEAN_NAME,
                            ThreadMXBean.class));
        } finally {
            machine.detach();
        }
    }

    private static VirtualMachine attached(ProcessHandle process) throws IOException {
        try {
            return VirtualMachine.attach(Long.toString(process.pid()));
        } catch (AttachNotSupportedException e) {
            throw new IOException(e);
        }
    }

    /** By the names of threads without their numbers, so that those of a pool are one. */
    Map<String, Long> byThread() {
        long[] ids = threads.getAllThreadIds();
        ThreadInfo[] infos = threads.getThreadInfo(ids);
        long[] bytes = threads.getThreadAllocatedBytes(ids);
        Map<String, Long> allocated = new TreeMap<>();
        for (int i = 0; i < ids.length; i++) {
            // one that has ended meanwhile has no name
            if (infos[i] != null && !infos[i].getThreadName().matches(OWN)) {
                String name = infos[i].getThreadName().replaceAll("[-#]?\\d+", "");
                allocated.merge(name, Math.max(0, bytes[i]), Long::sum);
            }
        }
        return allocated;
    }

    /** What was added between two counts, per request; less than a byte is left out. */
    static Map<String, Long> perRequest(Map<String, Long> before, Map<String, Long> after, int requests) {
        return after.entrySet().stream()
                .map(entry -> Map.entry(
                        entry.getKey(), (entry.getValue() - before.getOrDefault(entry.getKey(), 0L)) / requests))
                .filter(entry -> entry.getValue() > 0)
                .collect(Collectors.toMap(Map.Entry::getKey, Map.Entry::getValue, Long::sum, TreeMap::new));
    }

    @Override
    public void close() throws IOException {
        connector.close();
    }
}
