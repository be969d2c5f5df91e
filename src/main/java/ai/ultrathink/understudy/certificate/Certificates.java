package ai.ultrathink.understudy.certificate;

import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.GeneralSecurityException;
import java.security.KeyFactory;
import java.security.PublicKey;
import java.security.Signature;
import java.security.cert.Certificate;
import java.security.cert.CertificateException;
import java.security.cert.CertificateFactory;
import java.security.spec.PKCS8EncodedKeySpec;
import java.util.Base64;
import java.util.Collection;
import java.util.List;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/** What files in PEM hold. A file that cannot be read holds nothing. */
public final class Certificates {

    private static final Pattern KEY =
            Pattern.compile("-----BEGIN PRIVATE KEY-----([A-Za-z0-9+/=\\s]+)-----END PRIVATE KEY-----");

    private Certificates() {}

    /** Whether there are certificates in a file. */
    public static boolean areIn(Path file) {
        return !read(file).isEmpty();
    }

    /** Whether there is a key in a file that is not encrypted (PKCS #8). */
    public static boolean isKeyIn(Path file) {
        return key(file) != null;
    }

    /** Whether a file has the key of the first certificate in another. A kind of key that is not known here is taken for it. */
    public static boolean belongTogether(Path certificates, Path keyFile) {
        byte[] key = key(keyFile);
        List<Certificate> found = List.copyOf(read(certificates));
        if (key == null || found.isEmpty()) {
            return false;
        }
        PublicKey of = found.getFirst().getPublicKey();
        String algorithm = switch (of.getAlgorithm()) {
            case "RSA" -> "SHA256withRSA";
            case "EC" -> "SHA256withECDSA";
            default -> "";
        };
        return algorithm.isEmpty() || verifies(of, key, algorithm);
    }

    private static boolean verifies(PublicKey of, byte[] key, String algorithm) {
        try {
            Signature signature = Signature.getInstance(algorithm);
            signature.initSign(KeyFactory.getInstance(of.getAlgorithm()).generatePrivate(new PKCS8EncodedKeySpec(key)));
            signature.update(key);
            byte[] signed = signature.sign();
            signature.initVerify(of);
            signature.update(key);
            return signature.verify(signed);
        } catch (GeneralSecurityException e) {
            // a key of another kind
            return false;
        }
    }

    private static Collection<? extends Certificate> read(Path file) {
        try (InputStream in = Files.newInputStream(file)) {
            return CertificateFactory.getInstance("X.509").generateCertificates(in);
        } catch (IOException | CertificateException e) {
            return List.of();
        }
    }

    private static byte @Nullable [] key(Path file) {
        try {
            Matcher key = KEY.matcher(Files.readString(file, StandardCharsets.ISO_8859_1));
            return key.find() ? Base64.getMimeDecoder().decode(key.group(1)) : null;
        } catch (IOException | IllegalArgumentException e) {
            return null;
        }
    }
}
