// The servers that are compared, each started on a fresh copy of the same database.
import { spawn, spawnSync } from 'node:child_process';
import { closeSync, copyFileSync, mkdirSync, openSync, rmSync } from 'node:fs';
import net from 'node:net';
import { join } from 'node:path';

import { merchant, rowsOf } from './seed.mjs';
import { sleep } from './machine.mjs';

export const secret = 'cfsk_ma_test_bench_0123456789abcdef';
const peer = (root) => [process.execPath, '--no-warnings', join(root, 'bench/peer-node/server.mjs')];

export const targets = {
    chukta: { engine: 'sqlite', ours: true },
    'node-sqlite': { engine: 'sqlite', group: '0' },
    'node-sqlite-group': { engine: 'sqlite', group: '1' },
    'node-sqlite-thread': { engine: 'sqlite', group: '1', checkpointThread: '1' },
    'chukta-pg': { engine: 'postgres', ours: true },
    'node-pg': { engine: 'postgres', group: '0' },
    'node-pg-group': { engine: 'postgres', group: '1' },
};

export async function freePort() {
    const server = net.createServer().listen(0, '127.0.0.1');
    await new Promise((resolve) => server.once('listening', resolve));
    const { port } = server.address();
    await new Promise((resolve) => server.close(resolve));
    return port;
}

// One answer's status on a connection of its own; 0 when there is none.
export function statusOf(port, path, headers = '') {
    return new Promise((resolve) => {
        const socket = net.connect(port, '127.0.0.1');
        let text = '';
        socket.on('connect', () =>
            socket.write(`GET ${path} HTTP/1.1\r\nHost: pay.example.com\r\nConnection: close\r\n${headers}\r\n`));
        socket.on('data', (bytes) => { text += bytes; });
        socket.on('error', () => resolve({ status: 0, body: '' }));
        socket.on('close', () => resolve({
            status: Number(text.slice(9, 12)) || 0, body: text.slice(text.indexOf('\r\n\r\n') + 4) }));
    });
}

function chuktaEnv(root, port, metricsPort, url, more) {
    return {
        LISTEN_ADDRESS: '127.0.0.1', PORT: port, METRICS_PORT: metricsPort, DATABASE_URL: url,
        PUBLIC_URL: `http://127.0.0.1:${port}`, DEVELOPMENT: '1', TRUSTED_PROXIES: '127.0.0.1',
        WEB_ROOT: process.env.WEB_ROOT ?? join(root, 'build/wasm/dist'), MERCHANT_ID: merchant,
        MERCHANT_NAME: 'Chai & Co.', SHOP_API_KEY: 'bench-shop-api-key-0123456789',
        CUSTOMER_TOKEN_KEY: 'bench-customer-token-key-0123456789ab', CASHFREE_CLIENT_ID: 'TEST_CLIENT',
        CASHFREE_CLIENT_SECRET: secret, CASHFREE_BASE_URL: 'http://127.0.0.1:9/pg',
        ALLOWED_ORIGINS: 'https://shop.example.com', ...more,
    };
}

// Starts a target on a database; answers when an order's page was told its order for the first time (on an empty
// database: that there is none).
export async function start({ root, name, url, log, more = {}, empty = false }) {
    const target = targets[name];
    const port = await freePort();
    const metricsPort = await freePort();
    const command = target.ours
        ? [process.env.CHUKTA_BIN ?? join(root, 'build/release/server/chukta')] : peer(root);
    const env = target.ours ? chuktaEnv(root, port, metricsPort, url, more)
        : { PORT: port, DATABASE_URL: url, GROUP_COMMIT: target.group,
            CHECKPOINT_THREAD: target.checkpointThread ?? '0', MERCHANT_ID: merchant,
            CASHFREE_CLIENT_SECRET: secret, NODE_ENV: 'production' };
    const file = openSync(log, 'w');
    const began = process.hrtime.bigint();
    const child = spawn(command[0], command.slice(1), { env, stdio: ['ignore', file, file] });
    closeSync(file);
    const ended = new Promise((resolve) => child.once('exit', resolve));
    let alive = true;
    ended.then(() => { alive = false; });
    // The first order: the load uses it for nothing else.
    const { order_id: orderId } = rowsOf(0, 0).orders;
    const cookie = `Cookie: chukta_${orderId}=bench-session-of-order-${'0'.repeat(20)}\r\n`;
    for (;;) {
        const { status } = await statusOf(port, `/api/orders/${orderId}`, cookie);
        if (status === 200 || (empty && status === 404)) break;
        if (!alive) throw new Error(`${name} ended at its start; see ${log}`);
        if (status !== 0) throw new Error(`${name} answered ${status} at its start`);
        await sleep(1);
    }
    const startSeconds = Number(process.hrtime.bigint() - began) / 1e9;
    return { name, port, metricsPort, pid: child.pid, startSeconds, ours: target.ours === true,
        stop: async () => { child.kill('SIGTERM'); await ended; } };
}

// News that was acknowledged and is not applied yet: 0 for the peer, which applies before it answers.
export async function waitUntilApplied(server) {
    if (!server.ours) return 0;
    const began = Date.now();
    for (;;) {
        const { body } = await statusOf(server.metricsPort, '/metrics');
        const rows = body.match(/^chukta_inbox_rows (\S+)/m);
        if (rows && Number(rows[1]) === 0) return (Date.now() - began) / 1000;
        if (Date.now() - began > 120_000) throw new Error('the inbox does not become empty');
        await sleep(100);  // the question reads the whole queue, which is not the work that is measured
    }
}

// ------------------------------------------------------------------------------------- databases

const run = (command, args, options = {}) => {
    const result = spawnSync(command, args, { encoding: 'utf8', ...options });
    if (result.status !== 0) throw new Error(`${command} ${args.join(' ')}: ${result.stderr}`);
    return result.stdout;
};

export function copySqlite(seed, to) {
    for (const end of ['', '-wal', '-shm']) rmSync(to + end, { force: true });
    copyFileSync(seed, to);
    // The copy's pages are on the disk before anything is measured.
    run('sync', ['-f', to]);
}

// A private PostgreSQL on a socket in a folder, durable as its defaults are.
export function startPostgres(folder) {
    const bin = run('sh', ['-c', 'ls -d /usr/lib/postgresql/*/bin | sort -V | tail -1']).trim();
    const asRoot = process.getuid() === 0;
    const as = (...command) => (asRoot
        ? run('runuser', ['-u', 'postgres', '--', ...command], { cwd: '/' }) : run(command[0], command.slice(1)));
    rmSync(folder, { recursive: true, force: true });
    mkdirSync(folder, { recursive: true, mode: 0o711 });
    if (asRoot) run('chown', ['postgres:', folder]);
    const data = join(folder, 'd');
    as(join(bin, 'initdb'), '-D', data, '-U', 'bench', '-A', 'trust', '-E', 'UTF8', '--locale=C.UTF-8',
        '--no-instructions');
    const settings = ["listen_addresses=''", 'unix_socket_permissions=0777', 'shared_buffers=256MB',
        'max_wal_size=4GB', 'max_connections=100'].map((s) => `-c ${s}`).join(' ');
    as(join(bin, 'pg_ctl'), '-D', data, '-l', join(folder, 'log'), '-w', '-s', '-o', `-k ${folder} ${settings}`,
        'start');
    const pid = Number(run('head', ['-1', join(data, 'postmaster.pid')]));
    const url = (database) => `postgres://bench@/${database}?host=${folder}`;
    const sql = (text) => run(join(bin, 'psql'), ['-h', folder, '-U', 'bench', '-d', 'postgres', '-qAtc', text]);
    return {
        pid, url, sql,
        copy(from, to) {
            sql(`DROP DATABASE IF EXISTS ${to} WITH (FORCE)`);
            sql(`CREATE DATABASE ${to} TEMPLATE ${from} STRATEGY FILE_COPY`);
            sql('CHECKPOINT');
        },
        stop: () => as(join(bin, 'pg_ctl'), '-D', data, '-m', 'fast', '-w', '-s', 'stop'),
    };
}
