import { Worker } from 'node:worker_threads';

import Database from 'better-sqlite3';

import * as sql from './sql.mjs';

// Durable as Chukta is: WAL, and a sync of the log before a commit returns. The rest is what helps this peer most:
// prepared statements, a large page cache, and a log that a commit moves into the file seldom. With `checkpointThread`
// a thread of its own moves it, and a commit only when it is long: then there is little left, and the log begins anew.
export async function open(url, merchant, checkpointThread = false) {
    const db = new Database(url.slice('sqlite:'.length));
    db.pragma('journal_mode = WAL');
    db.pragma('synchronous = FULL');
    db.pragma('cache_size = -65536');
    db.pragma(`wal_autocheckpoint = ${checkpointThread ? 64000 : 8000}`);
    db.pragma('busy_timeout = 5000');

    // This package binds by position: $2 that stands twice is bound twice.
    const numbered = (text) => {
        const order = [];
        const statement = db.prepare(text.replace(/\$(\d+)/g, (_, n) => { order.push(n - 1); return '?'; }));
        const bound = (values) => order.map((i) => values[i]);
        return {
            run: (...values) => statement.run(bound(values)),
            all: (...values) => statement.all(bound(values)),
        };
    };
    const insertInbox = numbered(sql.insertInbox);
    const completeAttempt = numbered(sql.completeAttempt);
    const payOrder = numbered(sql.payOrder);
    const findShown = numbered(sql.findShown);

    function apply(news) {
        const { orderId, now } = news;
        const stored = insertInbox.run(
            merchant, sql.rowId(now), news.key, orderId, Buffer.from(news.body), now);
        if (stored.changes === 0 || news.status !== 'SUCCESS') return;
        completeAttempt.run(merchant, orderId, news.paymentId, news.reference, now);
        payOrder.run(merchant, orderId, news.paise, now);
    }
    const applyAll = db.transaction((group) => { for (const news of group) apply(news); });

    // From the first webhook on: the server's start and its idle memory are without it.
    let checkpoints;
    async function commit(group) {
        if (checkpointThread) {
            checkpoints ??= new Worker(new URL('checkpoints.mjs', import.meta.url), { workerData: db.name });
        }
        applyAll.immediate(group);
    }

    return {
        applyOne: (news) => commit([news]),
        applyGroup: commit,
        find: (orderId, sessionHash, now) => findShown.all(merchant, sessionHash, orderId, now),
        async close() {
            await checkpoints?.terminate();
            db.close();
        },
    };
}
