// bench/run calls this. Rounds of every target in turn, in one run on one machine, then ratios of medians.
//   node bench/ab.mjs [--rounds 5] [--seconds 4] [--orders 200000] [--only a,b] [--out file] [--continue] [--report]
import { createHash } from 'node:crypto';
import { appendFileSync, existsSync, mkdirSync, readFileSync, rmSync } from 'node:fs';
import { createRequire } from 'node:module';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { parseArgs } from 'node:util';

import { measureHeld } from './lib/held.mjs';
import { measureStart } from './lib/attempt_start.mjs';
import { measure } from './lib/measure.mjs';
import { report } from './lib/report.mjs';
import { copySqlite, start, startPostgres, targets } from './lib/servers.mjs';
import { merchant, seedPostgres, seedSqlite } from './lib/seed.mjs';

const root = dirname(dirname(fileURLToPath(import.meta.url)));
const { values: options } = parseArgs({ options: {
    rounds: { type: 'string', default: '5' },
    seconds: { type: 'string', default: '4' },
    orders: { type: 'string', default: '200000' },
    only: { type: 'string', default: Object.keys(targets).join(',') },
    out: { type: 'string', default: join(root, 'build/bench/results.jsonl') },
    continue: { type: 'boolean', default: false },
    held: { type: 'boolean', default: false },
    attempts: { type: 'boolean', default: false },
    report: { type: 'boolean', default: false },
} });
const orders = Number(options.orders);
const seconds = Number(options.seconds);
const folder = process.env.BENCH_FOLDER ?? join(root, 'build/bench');
const binary = process.env.CHUKTA_LOAD ?? join(root, 'build/release/bench/chukta-load');

function printReport() {
    const text = report(options.out);
    process.stdout.write(text);
    if (text.includes('FAILED')) process.exitCode = 1;
}
if (options.report) {
    printReport();
    process.exit();
}

const require = createRequire(join(root, 'bench/peer-node/package.json'));
const Database = require('better-sqlite3');
const pg = require('pg');
const log = (name) => join('/dev/shm', `chukta-bench-${process.pid}-${name}.log`);
mkdirSync(folder, { recursive: true });
if (!options.continue) rmSync(options.out, { force: true });
const write = (kind, result) => appendFileSync(options.out, JSON.stringify({ kind, ...result }) + '\n');
const say = (text) => process.stderr.write(`bench: ${text}\n`);

// The tables are made by Chukta itself.
async function migrated(name, url) {
    // Its page cannot answer for an order that is not there yet: the first answer of any kind is enough.
    const server = await start({ root, name, url, log: log('seed'), empty: true });
    await server.stop();
}

async function sqliteSeed() {
    // Named by its tables, too: an older seed would measure a migration as the start.
    const tables = ['server/db/migrations.cpp', 'bench/lib/seed.mjs'].map((name) => readFileSync(join(root, name)));
    const version = createHash('sha256').update(Buffer.concat(tables)).digest('hex').slice(0, 8);
    const file = join(folder, `seed-${orders}-${version}.db`);
    if (existsSync(`${file}.whole`)) return file;
    say(`seeding ${orders} orders for SQLite`);
    for (const end of ['', '-wal', '-shm']) rmSync(file + end, { force: true });
    await migrated('chukta', `sqlite:${file}`);
    await seedSqlite(Database, file, orders);
    appendFileSync(`${file}.whole`, '');
    return file;
}

async function postgresSeed(postgres) {
    say(`seeding ${orders} orders for PostgreSQL`);
    postgres.sql('CREATE DATABASE seed');
    await migrated('chukta-pg', postgres.url('seed'));
    await seedPostgres(pg, postgres.url('seed'), orders);
}

const counts = {
    sql: `SELECT (SELECT COUNT(*) FROM inbox WHERE merchant_id = '${merchant}') AS inbox,
        (SELECT COUNT(*) FROM orders WHERE merchant_id = '${merchant}' AND payment_status = 'paid') AS paid`,
    async sqlite(url) {
        const db = new Database(url.slice('sqlite:'.length), { readonly: true });
        try { return db.prepare(counts.sql).get(); } finally { db.close(); }
    },
    async postgres(url) {
        const client = new pg.Client({ connectionString: url });
        await client.connect();
        const { rows: [row] } = await client.query(counts.sql);
        await client.end();
        return { inbox: Number(row.inbox), paid: Number(row.paid) };
    },
};

const names = options.only.split(',').filter((name) => name !== '');
for (const name of names) if (!targets[name]) throw new Error(`no target ${name}`);
let postgres;
try {
    const seed = await sqliteSeed();
    const run = join(folder, 'run.db');
    if (names.some((name) => targets[name].engine === 'postgres')) {
        postgres = startPostgres(join('/tmp', `chukta-bench-${process.pid}`));
        await postgresSeed(postgres);
    }
    const fresh = (engine) => {
        if (engine === 'sqlite') {
            copySqlite(seed, run);
            return `sqlite:${run}`;
        }
        postgres.copy('seed', 'run');
        return postgres.url('run');
    };
    const empty = (engine) => {
        if (engine === 'sqlite') {
            const file = join(folder, 'attempts.db');
            for (const end of ['', '-wal', '-shm']) rmSync(file + end, { force: true });
            return `sqlite:${file}`;
        }
        postgres.sql('DROP DATABASE IF EXISTS attempts WITH (FORCE)');
        postgres.sql('CREATE DATABASE attempts');
        return postgres.url('attempts');
    };
    for (let round = 0; round < Number(options.rounds); ++round) {
        // Another one is first each time.
        const turn = names.map((_, i) => names[(i + round) % names.length]);
        for (const name of turn) {
            const { engine } = targets[name];
            const result = await measure({ root, binary, name, url: fresh(engine), log: log(name), orders, seconds,
                databasePid: engine === 'postgres' ? postgres.pid : undefined, count: counts[engine] });
            write('round', { round, ...result });
            say(`round ${round + 1}, ${name}: ${Math.round(result.many.rate)} webhooks/s, ` +
                `p99 ${result.many.us.p99} us, ${result.many.cpuUs.toFixed(0)} us of CPU each, ` +
                `${Math.round(result.polls.rate)} polls/s, others ${result.many.noise.others.toFixed(2)} cores`);
        }
    }
    if (options.held) {
        for (const name of names.filter((one) => targets[one].ours)) {
            for (const held of [2_000, 10_000]) {
                const result = await measureHeld({ root, binary, name, url: fresh(targets[name].engine), held,
                    log: log(name), orders, databasePid: postgres?.pid });
                write('held', result);
                say(`${name}, ${held} held: accepted to page p99 ${result.accepted_to_page_us.p99} us`);
            }
        }
    }
    if (options.attempts) {
        for (const name of names.filter((one) => targets[one].ours)) {
            const result = await measureStart({ root, name, url: empty(targets[name].engine), log });
            write('attempts', result);
            say(`${name}: press to QR code ${result.wholeMs.toFixed(1)} ms, the gateway's ` +
                `${result.gatewayMs.toFixed(1)} ms`);
        }
    }
} finally {
    if (postgres) postgres.stop();
}
printReport();
