package ai.ultrathink.understudy.storage.db;

import java.util.Collection;
import org.flywaydb.core.api.ResourceProvider;
import org.flywaydb.core.api.resource.LoadableResource;

/**
 * Migrations of one flavour of database. Quarkus lists all migrations at build time, which is the only way for a native
 * executable to find them; which flavour applies is known only at run time.
 *
 * @param all every migration that was built in
 * @param leftOut the directory of the other flavour
 */
record FlavourMigrations(ResourceProvider all, String leftOut) implements ResourceProvider {

    @Override
    public LoadableResource getResource(String name) {
        return all.getResource(name);
    }

    @Override
    public Collection<LoadableResource> getResources(String prefix, String[] suffixes) {
        return all.getResources(prefix, suffixes).stream()
                .filter(migration -> !migration.getAbsolutePath().contains("/" + leftOut + "/"))
                .toList();
    }
}
