"""Tests of the features, the labels and what is shipped. Needs numpy; the tests of the networks need torch as well.

python3 -m unittest discover -s models
"""

import csv
import json
import os
import sys
import tempfile
import unittest
from pathlib import Path

HERE = Path(__file__).resolve().parent
sys.path.insert(0, str(HERE))

try:
    import numpy as np
except ModuleNotFoundError as missing:
    raise unittest.SkipTest("numpy is missing: python3 -m pip install -r models/requirements.txt") from missing

try:
    import torch
except ModuleNotFoundError:
    torch = None

import days
import features
import market
import measure
import replay_files

SHIPPED = (
    "bull_specialist",
    "bear_specialist",
    "sideways_specialist",
    "universal",
    "bull_specialist_v2",
    "bear_specialist_v2",
    "bull_specialist_degraded",
)


def walk(length: int, seed: int = 7) -> features.Series:
    """A made-up market: a random walk with gaps, ranges and volumes, on weekdays from 2000 on."""
    chance = np.random.default_rng(seed)
    close = 1000 * np.exp(np.cumsum(chance.normal(0.0002, 0.012, length)))
    opened = close * np.exp(chance.normal(0, 0.004, length))
    high = np.maximum(opened, close) * (1 + np.abs(chance.normal(0, 0.004, length)))
    low = np.minimum(opened, close) * (1 - np.abs(chance.normal(0, 0.004, length)))
    date = np.busday_offset("2000-01-03", np.arange(length))
    return features.Series(date, opened, high, low, close, np.exp(chance.normal(21, 0.2, length)))


def cut(s: features.Series, length: int) -> features.Series:
    return features.Series(*(column[:length] for column in vars(s).values()))


class Features(unittest.TestCase):
    def test_there_are_43_documented_features_with_distinct_names(self):
        self.assertEqual(43, len(features.FEATURES))
        self.assertEqual(43, len(set(features.NAMES)))
        self.assertTrue(all(f.formula and f.unit for f in features.FEATURES))

    def test_every_feature_is_finite_after_the_warm_up_and_missing_before(self):
        table = features.compute(walk(600))
        self.assertEqual((600, 43), table.shape)
        self.assertTrue(np.isfinite(table[features.WARM_UP_DAYS :]).all())
        self.assertTrue(np.isnan(table[: features.WARM_UP_DAYS]).all())

    def test_no_warm_up_row_is_needed_beyond_those_dropped(self):
        whole = walk(600)
        with_own_start = features.compute(cut(whole, 253))[252]
        self.assertTrue(np.isfinite(with_own_start).all())

    def test_changing_later_days_never_changes_a_feature(self):
        s, other = walk(700), walk(700, seed=8)
        before = features.compute(s)
        for day in (252, 300, 455, 698):
            pairs = zip(vars(s).values(), vars(other).values(), strict=True)
            mixed = [np.concatenate([mine[: day + 1], theirs[day + 1 :]]) for mine, theirs in pairs]
            after = features.compute(features.Series(*mixed))
            np.testing.assert_array_equal(before[: day + 1], after[: day + 1])
            self.assertFalse(np.array_equal(before[day + 1 :], after[day + 1 :], equal_nan=True))

    def test_a_series_that_ends_at_a_day_gives_that_day_the_same_features(self):
        s = walk(700)
        whole = features.compute(s)
        for day in (252, 301, 555):
            np.testing.assert_array_equal(whole[day], features.compute(cut(s, day + 1))[day])

    def test_a_day_is_described_as_a_hand_would_compute_it(self):
        s = walk(400)
        row = dict(zip(features.NAMES, features.compute(s)[-1], strict=True))
        self.assertAlmostEqual(np.log(s.close[-1] / s.close[-6]), row["ret_5"], places=6)
        self.assertAlmostEqual(s.close[-1] / s.close[-50:].mean() - 1, row["sma_distance_50"], places=6)
        self.assertAlmostEqual(s.close[-1] / s.close[-252:].max() - 1, row["drawdown_252"], places=6)
        self.assertAlmostEqual(np.diff(np.log(s.close[-21:])).std() * np.sqrt(252), row["vol_20"], places=5)
        self.assertEqual(s.date[-1].item().weekday(), row["weekday"])
        self.assertEqual(s.date[-1].item().day, row["day_of_month"])

    def test_a_market_that_never_moves_still_has_finite_oscillators(self):
        flat = features.rsi(np.full(50, 100.0), 14)
        self.assertTrue((flat == 50).all())
        self.assertEqual(0.5, features.position(np.array([3.0]), np.array([3.0]), np.array([3.0]))[0])

    def test_numbers_keep_six_significant_digits(self):
        given = [0.0, 0.000123456789, -98765.4321]
        np.testing.assert_array_equal([0.0, 0.000123457, -98765.4], features.rounded(given))

    def test_the_page_of_features_is_the_one_the_code_writes(self):
        self.assertEqual(features.document(), (HERE / "FEATURES.md").read_text(encoding="utf-8"))


class Labels(unittest.TestCase):
    def test_a_label_depends_on_the_next_five_days_and_no_later_one(self):
        s = walk(500)
        table = features.compute(s)
        later = s.close.copy()
        later[406:] *= 3
        np.testing.assert_array_equal(days.labels(s.close, table)[:401], days.labels(later, table)[:401])
        self.assertFalse(np.array_equal(days.labels(s.close, table)[401:406], days.labels(later, table)[401:406]))

    def test_the_last_five_days_have_no_label(self):
        d = days.usable(walk(500))
        self.assertEqual([-1] * 5, d.label[-5:].tolist())
        self.assertTrue((d.label[:-5] >= 0).all())

    def test_every_action_is_the_label_of_some_day(self):
        counts = np.bincount(days.usable(walk(2000)).labelled().label, minlength=3)
        self.assertTrue((counts > 100).all(), counts)

    def test_no_training_label_looks_into_the_years_that_follow(self):
        d = days.usable(walk(5200))
        for span in (days.TRAIN_YEARS, (days.TRAIN_YEARS[0], days.VALIDATION_YEARS[1])):
            kept, dropped = d.years(*span).purged(), d.years(*span)
            self.assertEqual(days.HORIZON_DAYS, len(dropped) - len(kept))
            self.assertLess(np.busday_offset(kept.date[-1], days.HORIZON_DAYS), np.datetime64(f"{span[1] + 1}-01-01"))

    def test_training_validation_and_test_years_follow_each_other_without_overlap(self):
        self.assertLess(days.TRAIN_YEARS[1], days.VALIDATION_YEARS[0])
        self.assertLess(days.VALIDATION_YEARS[1], days.TEST_YEARS[0])

    def test_each_usable_day_has_one_regime(self):
        self.assertEqual({"bull", "bear", "sideways"}, set(days.usable(walk(3000)).regime))


class NextDays(unittest.TestCase):
    def test_a_return_depends_on_the_closes_of_its_day_and_the_next_and_on_no_other(self):
        close = walk(400).close
        other = close.copy()
        other[:300], other[302:] = 1, 1
        self.assertEqual(days.next_returns(close)[300], days.next_returns(other)[300])
        self.assertEqual(close[301] / close[300] - 1, days.next_returns(close)[300])

    def test_what_is_sent_on_a_day_is_the_same_whatever_the_next_days_return_is(self):
        s = walk(400)
        crashed = features.Series(**vars(cut(s, 301)))
        before = features.compute(s)[300]
        for column in (s.open, s.high, s.low, s.close):
            column[301:] /= 2
        self.assertLess(days.next_returns(s.close)[300], -0.4)
        np.testing.assert_array_equal(before, features.compute(s)[300])
        np.testing.assert_array_equal(before, features.compute(crashed)[300])

    def test_the_last_day_of_the_series_has_no_row(self):
        test = days.usable(walk(600))
        with tempfile.TemporaryDirectory() as folder:
            replay_files.write_next_day(test, Path(folder) / "next_day.csv")
            rows = list(csv.reader((Path(folder) / "next_day.csv").read_text(encoding="utf-8").splitlines()))
        self.assertEqual(["date", "next_date", "next_return"], rows[0])
        self.assertEqual([str(d) for d in test.date[:-1]], [row[0] for row in rows[1:]])
        self.assertEqual([str(d) for d in test.date[1:]], [row[1] for row in rows[1:]])
        self.assertEqual(f"{test.next_return[0]:.6g}", rows[1][2])


class Measured(unittest.TestCase):
    def test_the_standard_error_of_independent_days_is_the_textbook_one(self):
        x = np.random.default_rng(1).normal(size=1000)
        self.assertAlmostEqual(x.std() / np.sqrt(1000), measure.mean(x).error, places=12)

    def test_overlap_widens_the_standard_error_of_days_that_move_together(self):
        x = np.repeat(np.random.default_rng(1).normal(size=200), 5)
        self.assertGreater(measure.mean(x, overlap=5).error, 1.5 * measure.mean(x).error)

    def test_a_model_agrees_with_itself(self):
        d = days.usable(walk(700))
        p = np.random.default_rng(1).dirichlet((1, 1, 1), len(d))
        itself = measure.agreement("same", p, p, d)
        self.assertEqual((1.0, 1.0, 0.0), (itself.share, itself.lowest_over_200_days, itself.confidence_delta))
        self.assertEqual((0.0, 0.0), (itself.accuracy_delta.value, itself.edge_delta.value))

    def test_an_oracle_beats_every_baseline_and_holding_earns_nothing(self):
        d = days.usable(walk(3000))
        oracle = measure.measure(np.eye(3)[np.where(d.next_return > 0, days.BUY, days.SELL)], d)
        self.assertEqual(1.0, oracle.hits.value)
        self.assertTrue(oracle.edge.above_zero)
        hold = measure.measure(np.tile([0.8, 0.1, 0.1], (len(d), 1)), d)
        self.assertEqual((0.0, hold.hold_accuracy), (hold.edge.value, hold.accuracy.value))
        self.assertEqual((0, 0.0), (hold.traded_days, hold.hits.value))


class TheSeries(unittest.TestCase):
    def test_a_changed_file_is_refused(self):
        with tempfile.TemporaryDirectory() as folder:
            path = Path(folder) / "sp500-2000.csv"
            path.write_text("date,open,high,low,close,adjclose,volume\n", encoding="utf-8")
            with self.assertRaisesRegex(market.SeriesUnavailable, "sha256"):
                market.load(path)

    def test_without_npm_the_message_says_what_to_install(self):
        path = os.environ.get("PATH", "")
        os.environ["PATH"] = ""
        try:
            with self.assertRaisesRegex(market.SeriesUnavailable, "npm was not found: install it"):
                market.load()
        finally:
            os.environ["PATH"] = path


def replay() -> tuple[list[str], list[str], np.ndarray]:
    with (HERE / "replay" / "sp500.csv").open(encoding="utf-8", newline="") as file:
        header, *rows = csv.reader(file)
    return header, [row[0] for row in rows], np.array([[float(v) for v in row[1:]] for row in rows])


class Shipped(unittest.TestCase):
    def test_the_replay_has_over_a_thousand_finite_rows_of_the_test_years_in_order(self):
        header, dates, table = replay()
        self.assertEqual(["date", *features.NAMES], header)
        self.assertGreater(len(dates), 1000)
        self.assertEqual(sorted(set(dates)), dates)
        self.assertTrue(days.TEST_YEARS[0] <= int(dates[0][:4]) and int(dates[-1][:4]) <= days.TEST_YEARS[1])
        self.assertTrue(np.isfinite(table).all())

    def test_the_next_day_of_each_day_is_the_next_row_and_its_return_is_what_that_row_knows_of_it(self):
        _, dates, table = replay()
        with (HERE / "replay" / "next_day.csv").open(encoding="utf-8") as file:
            rows = list(csv.reader(file))[1:]
        self.assertEqual(dates[:-1], [row[0] for row in rows])
        self.assertEqual(dates[1:], [row[1] for row in rows])
        seen = np.expm1(table[1:, features.NAMES.index("ret_1")])
        np.testing.assert_allclose([float(row[2]) for row in rows], seen, rtol=1e-5, atol=1e-9)

    def test_every_model_has_a_complete_description_and_a_card(self):
        for name in SHIPPED:
            with self.subTest(name):
                described = json.loads((HERE / name / "model.json").read_text(encoding="utf-8"))
                self.assertEqual(name, described["name"])
                self.assertEqual("2" if name.endswith("_v2") else "1", described["version"])
                self.assertEqual(43, described["input_size"])
                self.assertEqual(["HOLD", "BUY", "SELL"], described["actions"])
                self.assertEqual("probabilities", described["output"])
                self.assertEqual(43, len(described["golden"]["input"]))
                self.assertAlmostEqual(1.0, sum(described["golden"]["output"]), places=6)
                self.assertIn("accuracy of always HOLD", (HERE / name / "README.md").read_text(encoding="utf-8"))

    def test_the_folder_stays_below_ten_megabytes(self):
        self.assertLess(sum(f.stat().st_size for f in HERE.rglob("*") if f.is_file()), 10_000_000)


@unittest.skipIf(torch is None, "torch is missing: python3 -m pip install -r models/requirements.txt")
class Networks(unittest.TestCase):
    def test_each_model_gives_its_golden_answer(self):
        for name in SHIPPED:
            with self.subTest(name):
                golden = json.loads((HERE / name / "model.json").read_text(encoding="utf-8"))["golden"]
                answer = torch.jit.load(HERE / name / "model.pt")(torch.tensor([golden["input"]]))
                np.testing.assert_allclose(answer[0], golden["output"], rtol=0, atol=golden["tolerance"])

    def test_a_batch_is_answered_like_its_rows(self):
        rows = torch.tensor(replay()[2][:100], dtype=torch.float32)
        for name in SHIPPED:
            with self.subTest(name):
                model = torch.jit.load(HERE / name / "model.pt")
                one_by_one = torch.cat([model(row) for row in rows.split(1)])
                np.testing.assert_allclose(model(rows), one_by_one, rtol=0, atol=1e-6)

    def test_treatments_agree_with_their_controls_as_the_cards_say(self):
        rows = torch.tensor(replay()[2], dtype=torch.float32)
        action = {name: torch.jit.load(HERE / name / "model.pt")(rows).argmax(dim=1) for name in SHIPPED}
        for treatment, least, most in (("bull", 0.8, 0.97), ("bear", 0.8, 0.97)):
            share = (action[f"{treatment}_specialist"] == action[f"{treatment}_specialist_v2"]).float().mean().item()
            self.assertTrue(least <= share <= most, share)
        degraded = (action["bull_specialist"] == action["bull_specialist_degraded"]).float().mean().item()
        self.assertLess(degraded, 0.8)

    def test_a_saved_model_names_no_path_of_the_machine_that_trained_it(self):
        for name in SHIPPED:
            content = (HERE / name / "model.pt").read_bytes()
            self.assertNotIn(b"debug_pkl", content)
            self.assertNotIn(str(HERE).encode(), content)


if __name__ == "__main__":
    unittest.main()
