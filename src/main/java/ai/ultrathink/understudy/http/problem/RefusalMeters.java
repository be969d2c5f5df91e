package ai.ultrathink.understudy.http.problem;

import ai.ultrathink.understudy.http.request.RefusedCredential;
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
    private final Counter unverified;
    private final Counter role;
    private final Counter site;
    private final Counter tooMany;
    private final Counter tooManyBad;

    RefusalMeters(MeterRegistry meters) {
        this.noToken = counter(meters, "no_token");
        this.badToken = counter(meters, "bad_token");
        this.unverified = counter(meters, "provider_away");
        this.role = counter(meters, "role");
        this.site = counter(meters, "site");
        this.tooMany = counter(meters, "too_many");
        this.tooManyBad = counter(meters, "too_many_bad");
    }

    private static Counter counter(MeterRegistry meters, String reason) {
        return ServiceMetric.ACCESS_REFUSED.counter(meters, "reason", reason);
    }

    /** Counts a request without a valid token. */
    void unknown(RefusedCredential why, boolean hasCredential) {
        if (why.status() == 503) {
            unverified.increment();
        } else {
            (hasCredential ? badToken : noToken).increment();
        }
    }

    /** Counts a request of another site's page. */
    void site() {
        site.increment();
    }

    /** Counts a request whose token has not the role. */
    void role() {
        role.increment();
    }

    /** Counts a request of a caller that has made too many in this second. */
    void tooMany() {
        tooMany.increment();
    }

    /** Counts a request from an address that has sent too many bad credentials in this second. */
    void tooManyBad() {
        tooManyBad.increment();
    }
}
