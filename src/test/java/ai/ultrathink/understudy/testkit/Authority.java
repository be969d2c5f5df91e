package ai.ultrathink.understudy.testkit;

import java.io.IOException;
import java.io.InputStream;
import java.net.Socket;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.security.GeneralSecurityException;
import java.security.KeyStore;
import java.security.Principal;
import java.security.PrivateKey;
import java.security.cert.CertificateFactory;
import java.security.cert.X509Certificate;
import java.util.ArrayList;
import java.util.Base64;
import java.util.List;
import javax.net.ssl.KeyManager;
import javax.net.ssl.KeyManagerFactory;
import javax.net.ssl.SSLContext;
import javax.net.ssl.TrustManagerFactory;
import javax.net.ssl.X509ExtendedKeyManager;
import javax.net.ssl.X509KeyManager;
import org.jspecify.annotations.Nullable;

/** An authority that signs certificates for tests, by the JDK's keytool. */
public final class Authority {

    private static final String PASSWORD = "changeit";
    private static final String ALIAS = "key";

    private final Path directory;
    private final Path store;
    private final Path certificate;

    private Authority(Path directory, Path store, Path certificate) {
        this.directory = directory;
        this.store = store;
        this.certificate = certificate;
    }

    /**
     * A certificate and its key, in PEM.
     *
     * @param certificate is alone in its file
     * @param key PKCS #8, for its owner alone
     * @param store both, for {@link #client}
     */
    public record Pair(Path certificate, Path key, Path store) {}

    /** Makes an authority whose files go into a directory. */
    public static Authority create(Path directory, String name) throws IOException {
        Path store = directory.resolve(name + ".p12");
        keytool(
                store,
                "-genkeypair",
                "-dname",
                "CN=" + name,
                "-ext",
                "bc:c",
                "-keyalg",
                "EC",
                "-groupname",
                "secp256r1");
        Path certificate = directory.resolve(name + ".crt");
        keytool(store, "-exportcert", "-rfc", "-file", certificate.toString());
        return new Authority(directory, store, certificate);
    }

    /** Its own certificate. */
    public Path certificate() {
        return certificate;
    }

    /**
     * Signs a certificate.
     *
     * @param name the common name, and of the files
     * @param alternative as keytool writes it, such as {@code san=dns:localhost,ip:127.0.0.1}
     */
    public Pair sign(String name, String alternative) throws IOException {
        Path own = directory.resolve(name + ".p12");
        Path request = directory.resolve(name + ".csr");
        Path signed = directory.resolve(name + ".crt");
        keytool(own, "-genkeypair", "-dname", "CN=" + name, "-keyalg", "EC", "-groupname", "secp256r1");
        keytool(own, "-certreq", "-file", request.toString());
        List<String> sign = new ArrayList<>(List.of("-gencert", "-rfc", "-infile", request.toString(), "-outfile"));
        sign.add(signed.toString());
        if (!alternative.isEmpty()) {
            sign.addAll(List.of("-ext", alternative));
        }
        keytool(store, sign.toArray(String[]::new));
        // keytool wants the whole chain
        keytool(own, "-importcert", "-noprompt", "-file", chain(signed).toString());
        return new Pair(signed, key(own, directory.resolve(name + ".key")), own);
    }

    private Path chain(Path signed) throws IOException {
        Path chain = directory.resolve(signed.getFileName() + ".chain");
        return Files.writeString(chain, Files.readString(signed) + Files.readString(certificate));
    }

    /** A client's TLS, which trusts an authority and may have a certificate. */
    public static SSLContext client(Path trusted, @Nullable Path store) throws IOException {
        return client(trusted, store, false);
    }

    /** The same, which shows its certificate also to a server that names other authorities. */
    public static SSLContext insistentClient(Path trusted, Path store) throws IOException {
        return client(trusted, store, true);
    }

    private static SSLContext client(Path trusted, @Nullable Path store, boolean insists) throws IOException {
        try {
            KeyStore trust = KeyStore.getInstance("PKCS12");
            trust.load(null, null);
            try (InputStream in = Files.newInputStream(trusted)) {
                trust.setCertificateEntry(
                        "trusted", CertificateFactory.getInstance("X.509").generateCertificate(in));
            }
            TrustManagerFactory trusts = TrustManagerFactory.getInstance(TrustManagerFactory.getDefaultAlgorithm());
            trusts.init(trust);
            KeyManagerFactory keys = KeyManagerFactory.getInstance(KeyManagerFactory.getDefaultAlgorithm());
            keys.init(store == null ? null : load(store), PASSWORD.toCharArray());
            SSLContext context = SSLContext.getInstance("TLS");
            KeyManager[] shown = insists
                    ? new KeyManager[] {new Insistent((X509KeyManager) keys.getKeyManagers()[0])}
                    : keys.getKeyManagers();
            context.init(shown, trusts.getTrustManagers(), null);
            return context;
        } catch (GeneralSecurityException e) {
            throw new IOException(e);
        }
    }

    private static KeyStore load(Path store) throws IOException, GeneralSecurityException {
        try (InputStream in = Files.newInputStream(store)) {
            KeyStore keys = KeyStore.getInstance("PKCS12");
            keys.load(in, PASSWORD.toCharArray());
            return keys;
        }
    }

    private static Path key(Path store, Path file) throws IOException {
        try {
            byte[] key = load(store).getKey(ALIAS, PASSWORD.toCharArray()).getEncoded();
            String text = Base64.getMimeEncoder(64, "\n".getBytes(StandardCharsets.US_ASCII))
                    .encodeToString(key);
            Files.writeString(file, "-----BEGIN PRIVATE KEY-----\n" + text + "\n-----END PRIVATE KEY-----\n");
            Files.setPosixFilePermissions(file, PosixFilePermissions.fromString("rw-------"));
            return file;
        } catch (GeneralSecurityException e) {
            throw new IOException(e);
        }
    }

    private static void keytool(Path store, String... arguments) throws IOException {
        List<String> command = new ArrayList<>();
        command.add(Path.of(System.getProperty("java.home"), "bin", "keytool").toString());
        command.addAll(List.of(arguments));
        command.addAll(List.of("-alias", ALIAS, "-keystore", store.toString(), "-storetype", "PKCS12"));
        command.addAll(List.of("-storepass", PASSWORD));
        Process process = new ProcessBuilder(command).redirectErrorStream(true).start();
        String said = new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
        try {
            if (process.waitFor() != 0) {
                throw new IOException(String.join(" ", command) + ": " + said);
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new IOException(e);
        }
    }

    /** Has one certificate, and does not ask whose the server wants. */
    private static final class Insistent extends X509ExtendedKeyManager {

        private final X509KeyManager keys;

        Insistent(X509KeyManager keys) {
            this.keys = keys;
        }

        @Override
        public String chooseClientAlias(String[] types, Principal @Nullable [] issuers, @Nullable Socket socket) {
            return ALIAS;
        }

        @Override
        public String[] getClientAliases(String type, Principal @Nullable [] issuers) {
            return new String[] {ALIAS};
        }

        @Override
        public X509Certificate[] getCertificateChain(String alias) {
            return keys.getCertificateChain(alias);
        }

        @Override
        public PrivateKey getPrivateKey(String alias) {
            return keys.getPrivateKey(alias);
        }

        @Override
        public String[] getServerAliases(String type, Principal @Nullable [] issuers) {
            return new String[0];
        }

        @Override
        public @Nullable String chooseServerAlias(
                String type, Principal @Nullable [] issuers, @Nullable Socket socket) {
            return null;
        }
    }
}
