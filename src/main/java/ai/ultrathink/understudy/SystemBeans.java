package ai.ultrathink.understudy;

import ai.ultrathink.understudy.experiment.TimeSource;
import ai.ultrathink.understudy.inference.TreatmentWorkerCommand;
import ai.ultrathink.understudy.notice.Jitter;
import ai.ultrathink.understudy.replica.ReplicaName;
import com.fasterxml.uuid.Generators;
import com.fasterxml.uuid.NoArgGenerator;
import jakarta.enterprise.inject.Produces;
import jakarta.inject.Singleton;
import java.net.InetAddress;
import java.net.UnknownHostException;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.concurrent.ThreadLocalRandom;

/** The only source of the machine's time, randomness and name. */
class SystemBeans {

    @Produces
    @Singleton
    TimeSource time() {
        return systemTime();
    }

    /** How the worker of the treatments is started. */
    @Produces
    @Singleton
    TreatmentWorkerCommand worker() {
        return WorkerMain.command();
    }

    @Produces
    @Singleton
    Jitter jitter() {
        return () -> ThreadLocalRandom.current().nextDouble();
    }

    static TimeSource systemTime() {
        return new TimeSource() {
            @Override
            public Instant now() {
                // PostgreSQL stores microseconds; shown and stored times should be equal
                return Instant.now().truncatedTo(ChronoUnit.MICROS);
            }

            @Override
            public long nanoTime() {
                return System.nanoTime();
            }
        };
    }

    /** The machine's name; in a container its id. */
    @Produces
    @Singleton
    ReplicaName replica() {
        String name = System.getenv("HOSTNAME");
        if (name != null && !name.isBlank()) {
            return new ReplicaName(name);
        }
        try {
            return new ReplicaName(InetAddress.getLocalHost().getHostName());
        } catch (UnknownHostException e) {
            return new ReplicaName("unknown");
        }
    }

    /** UUIDs of version 7: unique without coordination, and ordered by time, which keeps indexes compact. */
    @Produces
    @Singleton
    NoArgGenerator rowIds() {
        return Generators.timeBasedEpochGenerator();
    }
}
