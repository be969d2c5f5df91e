package ai.ultrathink.understudy.http.connection;

import io.quarkus.runtime.StartupEvent;
import io.quarkus.tls.CertificateUpdatedEvent;
import io.quarkus.tls.TlsConfiguration;
import io.quarkus.tls.TlsConfigurationRegistry;
import io.smallrye.mutiny.Multi;
import io.smallrye.mutiny.subscription.Cancellable;
import jakarta.annotation.PreDestroy;
import jakarta.enterprise.event.Event;
import jakarta.enterprise.event.Observes;
import jakarta.inject.Singleton;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.stream.Stream;
import org.eclipse.microprofile.config.inject.ConfigProperty;
import org.jboss.logging.Logger;

/**
 * Has Quarkus read the files of TLS again when their content changes, also where Kubernetes replaces a link to a folder. Quarkus'
 * own reload period would do so at each period, log that the certificate was updated each time, and say nothing of files
 * that are not valid.
 */
@Singleton
class TlsFiles {

    private static final Logger LOG = Logger.getLogger(TlsFiles.class);
    private static final Duration LOOK_EVERY = Duration.ofSeconds(1);

    private final TlsConfigurationRegistry registry;
    private final Event<CertificateUpdatedEvent> updated;
    private final List<Path> files;
    private List<String> contents = List.of();
    private boolean complained;
    private Cancellable looking = () -> {};

    TlsFiles(
            TlsConfigurationRegistry registry,
            Event<CertificateUpdatedEvent> updated,
            @ConfigProperty(name = "understudy.tls-certificate") Optional<String> certificate,
            @ConfigProperty(name = "understudy.tls-key") Optional<String> key,
            @ConfigProperty(name = "understudy.tls-client-ca") Optional<String> authority) {
        this.registry = registry;
        this.updated = updated;
        this.files = Stream.of(certificate, key, authority)
                .flatMap(Optional::stream)
                .map(Path::of)
                .toList();
    }

    void start(@Observes StartupEvent event) throws IOException {
        if (files.isEmpty()) {
            return;
        }
        contents = read();
        // on a thread that may wait for the disk
        looking = Multi.createFrom()
                .ticks()
                .every(LOOK_EVERY)
                .onOverflow()
                .drop()
                .subscribe()
                .with(tick -> look());
    }

    private void look() {
        try {
            List<String> now = read();
            if (now.equals(contents)) {
                complained = false;
                return;
            }
            TlsConfiguration configuration =
                    registry.get(TlsSettings.NAME).orElseThrow(() -> new IOException("TLS is not configured"));
            if (configuration.reload()) {
                updated.fire(new CertificateUpdatedEvent(TlsSettings.NAME, configuration));
                contents = now;
                complained = false;
            } else {
                complain("they are no certificate with its key");
            }
        } catch (IOException e) {
            complain(String.valueOf(e));
        }
    }

    /** Logs a problem once; a certificate may be replaced before its key. */
    private void complain(String why) {
        if (!complained) {
            LOG.errorf("the changed files of TLS are not in force, and the earlier certificate stays: %s", why);
        }
        complained = true;
    }

    private List<String> read() throws IOException {
        List<String> read = new ArrayList<>();
        for (Path file : files) {
            read.add(Files.readString(file));
        }
        return read;
    }

    @PreDestroy
    void stop() {
        looking.cancel();
    }
}
