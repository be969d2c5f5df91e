package ai.ultrathink.understudy.stats;

import java.util.function.Supplier;
import org.apache.commons.numbers.fraction.GeneralizedContinuedFraction;
import org.apache.commons.numbers.fraction.GeneralizedContinuedFraction.Coefficient;
import org.apache.commons.numbers.gamma.LogGamma;

/**
 * Logarithms of beta and Dirichlet integrals, relative to their integrand at one point. Mixtures are built from these.
 *
 * <p>Each logarithm alone grows with the sample size (2e10 at a billion) while their difference may be 3, and its last
 * digits would be noise. Therefore the large parts are cancelled algebraically. A deviance remains, computed as by
 * Loader for the binomial density (2000, "Fast and accurate computation of binomial probabilities"), with Stirling's
 * corrections.
 */
final class BetaIntegral {

    private static final double HALF_LOG_TWO_PI = 0.5 * Math.log(2 * Math.PI);

    /** Bernoulli numbers B₂ₖ / (2k (2k − 1)): Stirling's series; at 10 and above the last term is below 1e-16. */
    private static final double[] STIRLING = {
        1.0 / 12, -1.0 / 360, 1.0 / 1260, -1.0 / 1680, 1.0 / 1188, -691.0 / 360360, 1.0 / 156, -3617.0 / 122400
    };

    private static final double STIRLING_FROM = 10;

    private static final double FRACTION_EPSILON = 0x1.0p-52;

    private BetaIntegral() {}

    /** ln of B(a, b) / (x^a (1−x)^b). */
    static double logWhole(double a, double b, double x) {
        return logWhole(new double[] {a, b}, new double[] {x, 1 - x});
    }

    /** ln of B(a₁, a₂, …) / ∏ xᵢ^aᵢ, where the x sum to 1. */
    static double logWhole(double[] a, double[] x) {
        double sum = 0;
        for (double part : a) {
            sum += part;
        }
        double log = 0.5 * Math.log(sum) - stirlingError(sum) - HALF_LOG_TWO_PI;
        for (int i = 0; i < a.length; i++) {
            log += deviance(a[i], sum * x[i], Math.fma(-sum, x[i], a[i]))
                    - 0.5 * Math.log(a[i])
                    + stirlingError(a[i])
                    + HALF_LOG_TWO_PI;
        }
        return log;
    }

    /**
     * ln of ∫ t^(a−1) (1−t)^(b−1) dt / (x^a (1−x)^b), from 0 to x.
     *
     * @param y 1 − x, passed separately because computing it from x would lose digits
     */
    static double logBelow(double a, double b, double x, double y) {
        if (x * b <= y * a) {
            return -Math.log(fraction(a, b, x, y));
        }
        double whole = x <= y ? logWhole(a, b, x) : logWhole(b, a, y);
        // the whole minus the integral above x, for which the fraction converges
        return whole + Math.log1p(-Math.exp(-Math.log(fraction(b, a, y, x)) - whole));
    }

    /**
     * x^a y^b / ∫ t^(a−1) (1−t)^(b−1) dt, by the continued fraction that Algorithm 708 uses (DiDonato and Morris 1992), the
     * even part of DLMF 8.17.22. For x up to the mean a / (a + b) it converges, within about √(a + b) steps.
     */
    private static double fraction(double a, double b, double x, double y) {
        Supplier<Coefficient> coefficients = new Supplier<>() {
            private double m;

            @Override
            public Coefficient get() {
                double at = a + 2 * m - 1;
                double numerator = m == 0 ? 0 : (a + m - 1) / at * (a + b + m - 1) / at * m * (b - m) * x * x;
                double denominator = m
                        + (m == 0 ? 0 : m * (b - m) * x / at)
                        + (a + m) * (a * y - b * x + 1 + m * (2 - x)) / (at + 2);
                m++;
                return Coefficient.of(numerator, denominator);
            }
        };
        return GeneralizedContinuedFraction.value(coefficients, FRACTION_EPSILON);
    }

    /**
     * a ln(a / mean) + mean − a.
     *
     * @param difference a − mean, passed separately because it is known more exactly than its terms
     */
    private static double deviance(double a, double mean, double difference) {
        double ratio = difference / (a + mean);
        if (Math.abs(ratio) >= 0.1) {
            return a * Math.log(a / mean) - difference;
        }
        double square = ratio * ratio;
        double sum = difference * ratio;
        double power = 2 * a * ratio;
        for (int odd = 3; ; odd += 2) {
            power *= square;
            double next = sum + power / odd;
            if (next == sum) {
                return sum;
            }
            sum = next;
        }
    }

    /** ln Γ(x) minus Stirling's formula (x − ½) ln x − x + ½ ln 2π. */
    private static double stirlingError(double x) {
        if (x < STIRLING_FROM) {
            return LogGamma.value(x) - (x - 0.5) * Math.log(x) + x - HALF_LOG_TWO_PI;
        }
        double inverseSquare = 1 / (x * x);
        double sum = 0;
        for (int term = STIRLING.length - 1; term >= 0; term--) {
            sum = sum * inverseSquare + STIRLING[term];
        }
        return sum / x;
    }
}
