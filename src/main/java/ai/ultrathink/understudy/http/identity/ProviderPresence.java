package ai.ultrathink.understudy.http.identity;

import ai.ultrathink.understudy.experiment.TimeSource;
import io.quarkus.oidc.runtime.OidcProviderClientImpl;
import io.quarkus.oidc.runtime.TenantConfigBean;
import io.quarkus.oidc.runtime.TenantConfigContext;
import io.smallrye.mutiny.Uni;
import jakarta.inject.Singleton;
import java.time.Duration;
import java.util.concurrent.Executor;

/**
 * Asks the identity provider whether it answers. A login that begins is sent there by the browser, so without this a person would be led
 * to a provider that is away. One question for all, and at most one every two seconds.
 */
@Singleton
class ProviderPresence {

    private static final Duration FRESH = Duration.ofSeconds(2);
    private static final int OK = 200;

    private final TenantConfigBean tenants;
    private final TimeSource time;
    private final ConnectionAttempts questions;
    private volatile long answered;

    ProviderPresence(TenantConfigBean tenants, TimeSource time) {
        this.tenants = tenants;
        this.time = time;
        this.answered = time.nanoTime() - FRESH.toNanos();
        this.questions = new ConnectionAttempts(time, this::isFresh);
    }

    /** Whether it answers now, or did a moment ago. */
    Uni<Boolean> answers() {
        Executor here = EventLoop.here();
        return questions.connect(this::ask, ended -> {}).emitOn(here);
    }

    private boolean isFresh() {
        return time.nanoTime() - answered < FRESH.toNanos();
    }

    private Uni<?> ask() {
        TenantConfigContext provider = tenants.getDynamicTenant(ProviderTenant.ID);
        OidcProviderClientImpl client = provider == null ? null : provider.getOidcProviderClient();
        if (client == null) {
            return Uni.createFrom().nullItem();
        }
        return client.getWebClient()
                .getAbs(provider.getOidcMetadata().getJsonWebKeySetUri())
                .timeout(ProviderTimeouts.ANSWER_WITHIN.toMillis())
                .send()
                .invoke(answer -> {
                    if (answer.statusCode() == OK) {
                        answered = time.nanoTime();
                    }
                });
    }
}
