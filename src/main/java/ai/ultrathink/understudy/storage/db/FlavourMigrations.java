package ai.ultrathink.understudy.storage.db;

import java.util.Collection;
import org.flywaydb.core.api.ResourceProvider;
import org.flywaydb.core.api.resource.LoadableResource;

/**
 * The migrations of one flavour of database. Quarkus lists all migrations when it builds, the only way that a native
 * executable can find them; which flavour applies is known only at run time.
 *
 * @param all every migration that was built in
 * @param leftOut the folder of the other flavour
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
