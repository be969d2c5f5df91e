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
import java.util.Objects;
import java.util.Optional;
import java.util.stream.Stream;
import org.eclipse.microprofile.config.inject.ConfigProperty;
import org.jboss.logging.Logger;
import org.jspecify.annotations.Nullable;

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
    private final TlsSettings settings;
    private final List<Path> files;
    private List<String> contents = List.of();
    private @Nullable String problem;
    private Cancellable looking = () -> {};

    TlsFiles(
            TlsConfigurationRegistry registry,
            Event<CertificateUpdatedEvent> updated,
            @ConfigProperty(name = "understudy.tls-certificate") Optional<String> certificate,
            @ConfigProperty(name = "understudy.tls-key") Optional<String> key,
            @ConfigProperty(name = "understudy.tls-client-ca") Optional<String> authority) {
        this.registry = registry;
        this.updated = updated;
        this.settings = new TlsSettings(path(certificate), path(key), path(authority));
        this.files = Stream.of(settings.certificate(), settings.key(), settings.clientAuthority())
                .filter(Objects::nonNull)
                .toList();
    }

    private static @Nullable Path path(Optional<String> setting) {
        return setting.map(Path::of).orElse(null);
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
            if (!now.equals(contents)) {
                settings.checkFiles();
                reload();
                contents = now;
            }
            problem = null;
        } catch (IllegalArgumentException e) {
            complain(String.valueOf(e.getMessage()));
        } catch (IOException e) {
            complain(unreadable(e));
        }
    }

    private String unreadable(IOException problem) {
        try {
            // which says it with the name of the variable
            settings.checkFiles();
            return String.valueOf(problem);
        } catch (IllegalArgumentException e) {
            return String.valueOf(e.getMessage());
        }
    }

    private void reload() {
        TlsConfiguration configuration = registry.get(TlsSettings.NAME).orElse(null);
        if (configuration == null || !configuration.reload()) {
            throw new IllegalArgumentException("UNDERSTUDY_TLS_CERTIFICATE: got \"" + settings.certificate()
                    + "\", which cannot be used with its key; allowed: a certificate and its key in PEM");
        }
        updated.fire(new CertificateUpdatedEvent(TlsSettings.NAME, configuration));
    }

    /** Logs a problem once; a certificate may be replaced before its key. */
    private void complain(String why) {
        if (!why.equals(problem)) {
            LOG.errorf(
                    "%s. The files of TLS that were read before stay in force; mend it, and it is read within a second",
                    why);
        }
        problem = why;
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
