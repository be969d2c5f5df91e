package ai.ultrathink.understudy.storage.db;

import io.agroal.api.AgroalDataSource;
import jakarta.inject.Singleton;
import java.sql.Driver;
import java.util.Optional;
import org.eclipse.microprofile.config.inject.ConfigProperty;

/** Address and credentials of the database, for connections outside the pools. */
@Singleton
class DatabaseAccess {

    private final AgroalDataSource pool;
    private final String url;
    private final String username;
    private final String password;
    private final StorageConfig config;

    DatabaseAccess(
            AgroalDataSource pool,
            @ConfigProperty(name = "quarkus.datasource.jdbc.url") String url,
            @ConfigProperty(name = "quarkus.datasource.username") String username,
            @ConfigProperty(name = "quarkus.datasource.password") Optional<String> password,
            StorageConfig config) {
        this.pool = pool;
        this.url = url;
        this.username = username;
        this.password = password.orElse("");
        this.config = config;
    }

    /** A new driver of the class that the pool uses, which was determined when the service was built. */
    Driver driver() {
        try {
            return (Driver) pool.getConfiguration()
                    .connectionPoolConfiguration()
                    .connectionFactoryConfiguration()
                    .connectionProviderClass()
                    .getDeclaredConstructor()
                    .newInstance();
        } catch (ReflectiveOperationException e) {
            throw new IllegalStateException(e);
        }
    }

    String url() {
        return url;
    }

    String username() {
        return username;
    }

    String password() {
        return password;
    }

    /** Time limit for connecting. */
    String connectSeconds() {
        return String.valueOf(Math.max(1, config.pollTimeout().toSeconds()));
    }
}
