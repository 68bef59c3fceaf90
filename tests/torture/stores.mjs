// Where the server's rows are kept, how they are read, and what can be done to them from outside.
import { execFileSync, spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdtempSync, readdirSync, rmSync, statSync, writeSync, openSync, closeSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { Database } from '../e2e/support/database.mjs';

// The log holds 16,000 pages before the server moves it into the file (server/db/sqlite_checkpoints.h), and a server that
// is killed again and again moves it seldom.
const kDiskMb = 192;

/** A file of SQLite's, on a small disk of its own where we may mount one. */
export class SqliteStore {
  constructor() {
    this.name = 'SQLite';
    this.folder = mkdtempSync(path.join(tmpdir(), 'chukta-torture-disk-'));
    this.mounted = process.env.TORTURE_TMPFS !== '0' && this.#mount();
    this.file = path.join(this.folder, 'chukta.db');
    this.url = `sqlite:${this.file}`;
    this.database = new Database(this.file);
    this.diskFull = this.mounted ? `a tmpfs of ${kDiskMb} MB, filled` : 'RLIMIT_FSIZE at the size of the log';
    this.awayMeans = 'a write lock held by another process';
    this.awayMs = 6500;  // longer than the server waits for a lock
  }

  async start() {}

  #mount() {
    if (process.getuid() !== 0) return false;
    try {
      execFileSync('mount', ['-t', 'tmpfs', '-o', `size=${kDiskMb}m`, 'tmpfs', this.folder], { stdio: 'ignore' });
      return true;
    } catch {
      return false;
    }
  }

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
    if (!this.mounted) {
      const largest = Math.max(...readdirSync(this.folder).filter((name) => name.endsWith('-wal'))
        .map((name) => statSync(path.join(this.folder, name)).size), 4096);
      execFileSync('prlimit', ['--pid', String(server.pid), `--fsize=${largest}:unlimited`]);
      return;
    }
    const filler = openSync(path.join(this.folder, 'filler'), 'a');
    try {
      for (let size = 1 << 20; size >= 1; ) {
        try {
          writeSync(filler, Buffer.alloc(size));
        } catch (error) {
          if (error.code !== 'ENOSPC') throw error;
          size = size > 4096 ? size >> 4 : size === 1 ? 0 : 1;
        }
      }
    } finally {
      closeSync(filler);
    }
  }

  async free(server) {
    if (this.mounted) rmSync(path.join(this.folder, 'filler'), { force: true });
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
    if (this.mounted) execFileSync('umount', ['-l', this.folder]);
    rmSync(this.folder, { recursive: true, force: true });
  }
}

/** A private PostgreSQL that commits for real: with fsync off a killed one would prove nothing. */
export class PostgresStore {
  constructor() {
    this.name = 'PostgreSQL';
    this.awayMeans = 'killed with all its sessions (pg_ctl stop -m immediate), started again';
    this.awayMs = 2500;
    const folders = readdirSync('/usr/lib/postgresql').sort((a, b) => Number(a) - Number(b));
    this.bin = `/usr/lib/postgresql/${folders.at(-1)}/bin`;
    this.folder = mkdtempSync(path.join(tmpdir(), 'chukta-torture-pg-'));
    this.asRoot = process.getuid() === 0;
    this.url = `postgres:///chukta?host=${encodeURIComponent(this.folder)}&user=chukta`;
  }

  #as(command, args, options = {}) {
    const whole = this.asRoot ? ['runuser', '-u', 'postgres', '--', command, ...args] : [command, ...args];
    return execFileSync(whole[0], whole.slice(1), { cwd: this.folder, stdio: ['ignore', 'pipe', 'ignore'], ...options });
  }

  async start() {
    execFileSync('chmod', ['711', this.folder]);
    if (this.asRoot) execFileSync('chown', ['postgres:', this.folder]);
    this.#as(`${this.bin}/initdb`, ['-D', `${this.folder}/d`, '-U', 'chukta', '-A', 'trust', '-E', 'UTF8',
      '--locale=C.UTF-8', '--no-instructions']);
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
    this.#as(`${this.bin}/pg_ctl`, ['-D', `${this.folder}/d`, '-m', 'immediate', '-s', 'stop']);
  }

  async comeBack() {
    // Its output would keep our pipe open for as long as it runs.
    this.#as(`${this.bin}/pg_ctl`, ['-D', `${this.folder}/d`, '-l', `${this.folder}/log`, '-w', '-s', '-o',
      `-k ${this.folder} -c listen_addresses='' -c unix_socket_permissions=0777`, 'start'], { stdio: 'ignore' });
  }

  async stop() {
    try {
      await this.goAway();
    } finally {
      rmSync(this.folder, { recursive: true, force: true });
    }
  }
}

export function storeOf(engine) {
  return engine === 'postgres' ? new PostgresStore() : new SqliteStore();
}
