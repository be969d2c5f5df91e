package ai.ultrathink.understudy;

import ai.ultrathink.understudy.assignment.CatalogFollower;
import ai.ultrathink.understudy.fleet.Fleet;
import ai.ultrathink.understudy.guard.Probes;
import ai.ultrathink.understudy.http.identity.Access;
import ai.ultrathink.understudy.inference.Models;
import ai.ultrathink.understudy.notice.Notices;
import ai.ultrathink.understudy.rollout.FourEyes;
import ai.ultrathink.understudy.rollout.OutcomeClosing;
import ai.ultrathink.understudy.rollout.RolloutController;
import ai.ultrathink.understudy.storage.audit.AuditRetention;
import ai.ultrathink.understudy.storage.db.Retention;
import ai.ultrathink.understudy.storage.db.Schema;
import ai.ultrathink.understudy.storage.outcomes.OutcomeRetention;
import io.quarkus.runtime.StartupEvent;
import jakarta.enterprise.event.Observes;
import org.jboss.logging.Logger;

/** Steps at startup. Models and database start in parallel; readiness shows when both are up. */
class Startup {

    private static final Logger LOG = Logger.getLogger(Startup.class);

    void start(
            @Observes StartupEvent event,
            Access access,
            Models models,
            Schema schema,
            CatalogFollower experiments,
            Probes probes,
            Retention retention,
            AuditRetention auditRetention,
            FourEyes fourEyes,
            OutcomeRetention outcomes,
            OutcomeClosing closing,
            RolloutController controller,
            Notices notices,
            Fleet fleet) {
        auditRetention.check();
        fourEyes.check();
        notices.check();
        access.start();
        Libtorch.advice(System.getenv()).ifPresent(LOG::warn);
        models.reload()
                .subscribe()
                .with(
                        status -> LOG.infof("models that answer: %s", String.join(", ", models.names())),
                        failure -> LOG.errorf("no model is loaded: %s", failure.getMessage()));
        probes.start();
        schema.migrated()
                .invoke(controller::start)
                .invoke(fleet::start)
                // needs the schema but not the experiments, so a failed first read must not prevent it
                .invoke(retention::start)
                .invoke(auditRetention::start)
                .invoke(outcomes::start)
                .invoke(closing::start)
                .invoke(notices::start)
                .chain(experiments::follow)
                .subscribe()
                .with(
                        done -> LOG.infof(
                                "experiments known: %d",
                                experiments.current().all().size()),
                        schema::unreadable);
    }
}
