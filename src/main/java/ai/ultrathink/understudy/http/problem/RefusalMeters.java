package ai.ultrathink.understudy.http.problem;

import ai.ultrathink.understudy.metrics.ServiceMetric;
import io.micrometer.core.instrument.Counter;
import io.micrometer.core.instrument.MeterRegistry;
import io.quarkus.runtime.Startup;
import jakarta.inject.Singleton;

/** Counts the requests that were refused because of their caller. */
@Startup
@Singleton
class RefusalMeters {

    private final Counter noToken;
    private final Counter badToken;
    private final Counter role;
    private final Counter site;

    RefusalMeters(MeterRegistry meters) {
        this.noToken = counter(meters, "no_token");
        this.badToken = counter(meters, "bad_token");
        this.role = counter(meters, "role");
        this.site = counter(meters, "site");
    }

    private static Counter counter(MeterRegistry meters, String reason) {
        return ServiceMetric.ACCESS_REFUSED.counter(meters, "reason", reason);
    }

    /** Counts a request without a valid token. */
    void unknown(boolean hasCredential) {
        (hasCredential ? badToken : noToken).increment();
    }

    /** Counts a request of another site's page. */
    void site() {
        site.increment();
    }

    /** Counts a request whose token has not the role. */
    void role() {
        role.increment();
    }
}
