// A thread that moves SQLite's log into its file every second, so that no commit has to.
import { workerData } from 'node:worker_threads';

import Database from 'better-sqlite3';

const db = new Database(workerData);
db.pragma('synchronous = FULL');
setInterval(() => db.pragma('wal_checkpoint(PASSIVE)'), 1000);
