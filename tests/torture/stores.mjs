// Where the server's rows are kept, how they are read, and what can be done to them from outside.
import { execFileSync, spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdirSync, mkdtempSync, readdirSync, rmSync, statSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { setTimeout as pause } from 'node:timers/promises';
import { Database } from '../e2e/support/database.mjs';
import { SmallDisk } from './small_disk.mjs';

// The log holds 16,000 pages before the server moves it into the file (server/db/sqlite_checkpoints.h), and a server that
// is killed again and again moves it seldom.
const kDiskMb = 192;
// An empty cluster has 30 MB of it, its log up to 32.
const kPostgresDiskMb = 192;

/** A file of SQLite's, on a small disk of its own where we may mount one. */
export class SqliteStore {
  constructor() {
    this.name = 'SQLite';
    this.folder = mkdtempSync(path.join(tmpdir(), 'chukta-torture-disk-'));
    this.disk = new SmallDisk(this.folder, kDiskMb);
    this.file = path.join(this.folder, 'chukta.db');
    this.url = `sqlite:${this.file}`;
    this.database = new Database(this.file);
    this.diskFull = this.disk.mounted ? this.disk.means : 'RLIMIT_FSIZE at the size of the log';
    this.fullMs = 2000;
    this.fullRefusesOnceIn = 1;
    this.awayMeans = 'a write lock held by another process';
    this.awayMs = 6500;  // longer than the server waits for a lock
  }

  async start() {}

  rows(sql) {
    return this.database.rows(sql);
  }

  /** From now on no file can grow. */
  async fill(server) {
    // The log would be reused from its beginning otherwise, and a commit would need no new space.
    try {
      execFileSync('sqlite3', ['-cmd', '.timeout 5000', this.file, 'PRAGMA wal_checkpoint(TRUNCATE)'], { stdio: 'ignore' });
    } catch {
      // Its size only decides how soon the disk is noticed to be full.
    }
    if (this.disk.mounted) {
      this.disk.fill();
      return;
    }
    const largest = Math.max(...readdirSync(this.folder).filter((name) => name.endsWith('-wal'))
      .map((name) => statSync(path.join(this.folder, name)).size), 4096);
    execFileSync('prlimit', ['--pid', String(server.pid), `--fsize=${largest}:unlimited`]);
  }

  async free(server) {
    if (this.disk.mounted) this.disk.free();
    else if (server.alive) execFileSync('prlimit', ['--pid', String(server.pid), '--fsize=unlimited']);
  }

  /** No order can be changed, and all else can: from now on until takeOrders. */
  async refuseOrders() {
    this.#run("CREATE TRIGGER refuses BEFORE UPDATE ON orders BEGIN SELECT RAISE(ABORT, 'refused'); END");
  }

  async takeOrders() {
    this.#run('DROP TRIGGER refuses');
  }

  #run(sql) {
    execFileSync('sqlite3', ['-cmd', '.timeout 10000', this.file, sql], { stdio: 'ignore' });
  }

  /** Nobody can write, as while a backup holds the lock. */
  async goAway() {
    const shell = spawn('sqlite3', [this.file], { stdio: ['pipe', 'pipe', 'ignore'] });
    shell.stdin.write(".timeout 10000\nBEGIN IMMEDIATE;\nSELECT 'locked';\n");
    await once(shell.stdout, 'data');
    this.holder = shell;
  }

  async comeBack() {
    const ended = once(this.holder, 'close');
    this.holder.stdin.end('ROLLBACK;\n');
    await ended;
  }

  async stop() {
    this.holder?.kill('SIGKILL');
    this.disk.unmount();
    rmSync(this.folder, { recursive: true, force: true });
  }
}

/** A private PostgreSQL that commits for real: with fsync off a killed one would prove nothing. */
export class PostgresStore {
  /** @param fills whether its disk will be filled: then it is a small one, where we may mount one */
  constructor(fills) {
    this.name = 'PostgreSQL';
    this.awayMeans = 'killed with all its sessions (pg_ctl stop -m immediate), started again';
    this.awayMs = 6000;  // longer than the server tries
    this.fullMs = 6000;
    const folders = readdirSync('/usr/lib/postgresql').sort((a, b) => Number(a) - Number(b));
    this.bin = `/usr/lib/postgresql/${folders.at(-1)}/bin`;
    this.folder = mkdtempSync(path.join(tmpdir(), 'chukta-torture-pg-'));
    this.asRoot = process.getuid() === 0;
    const disk = path.join(this.folder, 'disk');
    mkdirSync(disk);
    this.data = path.join(disk, 'd');
    this.disk = fills ? new SmallDisk(disk, kPostgresDiskMb) : undefined;
    this.diskFull = this.disk?.mounted ? `${this.disk.means}; every other time its log needs space, too` : undefined;
    this.filled = 0;
    this.fullRefusesOnceIn = 2;  // tables may have room in their pages
    this.url = `postgres:///chukta?host=${encodeURIComponent(this.folder)}&user=chukta`;
  }

  #as(command, args, options = {}) {
    const whole = this.asRoot ? ['runuser', '-u', 'postgres', '--', command, ...args] : [command, ...args];
    return execFileSync(whole[0], whole.slice(1), { cwd: this.folder, stdio: ['ignore', 'pipe', 'ignore'], ...options });
  }

  async start() {
    execFileSync('chmod', ['711', this.folder]);
    if (this.asRoot) execFileSync('chown', ['postgres:', this.folder, path.dirname(this.data)]);
    // Small pieces of log: with the usual 16 MB one would hold all that is written while the disk is full.
    this.#as(`${this.bin}/initdb`, ['-D', this.data, '-U', 'chukta', '-A', 'trust', '-E', 'UTF8',
      '--locale=C.UTF-8', '--wal-segsize=1', '--no-instructions']);
    await this.comeBack();
    execFileSync(`${this.bin}/createdb`, ['-h', this.folder, '-U', 'chukta', 'chukta']);
  }

  async rows(sql) {
    const text = execFileSync(`${this.bin}/psql`, ['-h', this.folder, '-U', 'chukta', '-d', 'chukta', '-qAtX', '-c',
      `SELECT coalesce(json_agg(one), '[]') FROM (${sql}) AS one`], { maxBuffer: 1 << 28 });
    return JSON.parse(text.toString());
  }

  /** No order can be changed, and all else can: from now on until takeOrders. */
  async refuseOrders() {
    this.#run('CREATE FUNCTION refuses() RETURNS trigger LANGUAGE plpgsql AS ' +
      "$$ BEGIN RAISE EXCEPTION 'refused'; END $$; CREATE TRIGGER refuses BEFORE UPDATE ON orders EXECUTE FUNCTION refuses()");
  }

  async takeOrders() {
    this.#run('DROP TRIGGER refuses ON orders; DROP FUNCTION refuses()');
  }

  #run(sql) {
    execFileSync(`${this.bin}/psql`, ['-h', this.folder, '-U', 'chukta', '-d', 'chukta', '-qX', '-v', 'ON_ERROR_STOP=1', '-c', sql],
      { stdio: ['ignore', 'ignore', 'ignore'] });
  }

  async goAway() {
    this.#as(`${this.bin}/pg_ctl`, ['-D', this.data, '-m', 'immediate', '-s', 'stop']);
  }

  async comeBack() {
    // Its output would keep our pipe open for as long as it runs.
    this.#as(`${this.bin}/pg_ctl`, ['-D', this.data, '-l', `${this.folder}/log`, '-w', '-s', '-o',
      `-k ${this.folder} -c listen_addresses='' -c unix_socket_permissions=0777 -c max_wal_size=32MB -c min_wal_size=2MB`,
      'start'], { stdio: 'ignore' });
  }

  /**
   * From now on no table can grow. Every other time the log cannot either: then PostgreSQL ends itself (PANIC), and again
   * when it recovers, since that must write its log, too.
   */
  async fill() {
    this.disk.fill();
    this.filled += 1;
    if (this.filled % 2 !== 0) return;
    try {
      // Each piece that it has in hand, and then one for which there is no space.
      this.#run("DO $$ BEGIN FOR i IN 1..64 LOOP PERFORM pg_logical_emit_message(false, 'torture', ''); " +
        'PERFORM pg_switch_wal(); END LOOP; END $$');
    } catch {
      // It has ended.
    }
  }

  /** Whether it had to be started again, as an operator would. */
  async free() {
    this.disk.free();
    let started = false;
    while (!this.#answers()) {
      if (this.#ended()) {
        await this.comeBack();
        started = true;
      }
      await pause(50);
    }
    return started;
  }

  #answers() {
    try {
      this.#run('SELECT 1');
      return true;
    } catch {
      return false;
    }
  }

  #ended() {
    try {
      this.#as(`${this.bin}/pg_ctl`, ['-D', this.data, 'status']);
      return false;
    } catch {
      return true;
    }
  }

  async stop() {
    try {
      await this.goAway();
    } finally {
      this.disk?.unmount();
      rmSync(this.folder, { recursive: true, force: true });
    }
  }
}

export function storeOf(engine, fills) {
  return engine === 'postgres' ? new PostgresStore(fills) : new SqliteStore();
}
