package ai.ultrathink.understudy.stats;

import static org.junit.jupiter.api.Assertions.assertEquals;

import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** Values computed by mpmath with 60 digits, up to a billion observations and with rates near 0 and 1. */
class RateReferencesTest {

    @ParameterizedTest
    @CsvSource({
        "EQUAL,     850000000, 1000000000, 0.85,     100,   -8.0647496655391182",
        "EQUAL,     850050000, 1000000000, 0.85,     100,   1.7402054521253037",
        "EQUAL,     999999000, 1000000000, 0.999999, 10,    -14.047900608403444",
        "EQUAL,     999999100, 1000000000, 0.999999, 10,    -8.8196702846405767",
        "EQUAL,     1100,      1000000000, 1e-6,     1,     -11.556840482472484",
        "EQUAL,     0,         1000000000, 1e-9,     1,     0.99999997919951856",
        "EQUAL,     1000000000, 1000000000, 0.5,     1,     693147169.62594745",
        "EQUAL,     3,         1000000000, 1e-12,    0.001, -13.121363371411348",
        "AT_LEAST,  1200,      1500,       0.85,     100,   12.013695931933767602",
        "AT_LEAST,  8,         8,          0.1,      1,     -4.3860565221517598903",
        "AT_LEAST,  0,         3600,       0.01,     10,    35.780680243229452464",
        "AT_LEAST,  849000,    1000000,    0.85,     100,   0.044575114372917048636",
        "AT_LEAST,  851000,    1000000,    0.85,     100,   -5.9139573605093689943",
        "AT_LEAST,  999999000, 1000000000, 0.999999, 100,   -5.3931879984566100963",
        "AT_LEAST,  850000000, 1000000000, 0.85,     100,   -8.0111287446632362043",
        "AT_LEAST,  849900000, 1000000000, 0.85,     100,   31.890268637720284598",
        "AT_LEAST,  500,       1000000000, 1e-6,     1,     137.42282436865816076",
        "AT_LEAST,  1100,      1000000000, 1e-6,     1,     -18.502673157761224564",
        "AT_LEAST,  999,       1000,       0.999,    10,    -1.443582650061253699",
        "AT_LEAST,  5,         1000,       0.999,    10,    6793.4473594753802161",
        "AT_MOST,   8,         8,          0.1,      1,     15.814280569984768016",
        "AT_MOST,   8,         400,        0.01,     100,   1.0661280953380281549",
        "AT_MOST,   850000,    1000000,    0.85,     100,   -4.6613064820145349482",
        "AT_MOST,   851000,    1000000,    0.85,     100,   -0.040077089613173673075",
        "AT_MOST,   999999000, 1000000000, 0.999999, 100,   -12.430067560459898346",
        "AT_MOST,   850000000, 1000000000, 0.85,     100,   -8.1156394830384763308",
        "AT_MOST,   500,       1000000000, 1e-6,     1,     -8.8443765413140364883",
        "AT_MOST,   999,       1000,       0.999,    10,    -4.0802850729581779246"
    })
    void an_e_value(Hypothesis hypothesis, long successes, long count, double rate, double strength, double logE) {
        EValue evidence = RateBet.around(hypothesis, rate, strength).eValue(new Proportion(successes, count));

        assertEquals(logE, evidence.log(), 1e-9 * Math.max(1, Math.abs(logE)));
    }

    @Test
    void a_split_of_three_at_a_billion() {
        EValue evidence = new MultinomialBet(List.of(0.5, 0.25, 0.25), 100)
                .eValue(List.of(500_010_000L, 249_995_000L, 249_995_000L));

        assertEquals(-15.925585395060773, evidence.log(), 1e-9 * 16);
    }
}
