package ai.ultrathink.understudy.notice;

import ai.ultrathink.understudy.metrics.ServiceMetric;
import ai.ultrathink.understudy.storage.notice.DestinationStanding;
import io.micrometer.core.instrument.Counter;
import io.micrometer.core.instrument.MeterRegistry;
import io.micrometer.core.instrument.Tags;

/** Meters of one destination: what this replica did, and how the destination stands for all of them. */
final class NoticeMeters {

    private final Counter sent;
    private final Counter leftOut;
    private final Counter failed;
    private final Counter dead;
    private volatile DestinationStanding standing;

    NoticeMeters(MeterRegistry registry, String destination) {
        this.standing = new DestinationStanding(destination, 0, 0, 0);
        this.sent = counter(registry, destination, "sent");
        this.leftOut = counter(registry, destination, "left_out");
        this.failed = counter(registry, destination, "failed");
        this.dead = counter(registry, destination, "dead");
        Tags tags = Tags.of("destination", destination);
        ServiceMetric.NOTICES_WAITING.gauge(registry, tags, this, now -> now.standing.waiting());
        ServiceMetric.NOTICES_DEAD.gauge(registry, tags, this, now -> now.standing.dead());
        ServiceMetric.NOTICES_LAG.gauge(registry, tags, this, now -> now.standing.lagSeconds());
    }

    private static Counter counter(MeterRegistry registry, String destination, String result) {
        return ServiceMetric.NOTICES.counter(registry, "destination", destination, "result", result);
    }

    void sent(int number) {
        sent.increment(number);
    }

    void leftOut() {
        leftOut.increment();
    }

    void failed() {
        failed.increment();
    }

    void dead(int number) {
        dead.increment(number);
    }

    void stands(DestinationStanding now) {
        standing = now;
    }
}
