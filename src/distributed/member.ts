/**
 * One process's connection to the coordinator.
 */
import { connect, type Socket } from 'node:net';
import { setTimeout as pause } from 'node:timers/promises';
import { DistributedTimeout, JoinFailed, ProcessFailed } from '../error/distributed.js';
import { type FromCoordinator, type Request, receive, send } from './lines.js';

interface Pending {
  readonly resolve: (value: string | null) => void;
  readonly reject: (error: Error) => void;
}

const RETRY_MS = 100;

/** Connects, again and again until the coordinator is there or time is up. */
async function connected(host: string, port: number, until: number): Promise<Socket> {
  for (;;) {
    const socket = connect({ host, port });
    const error = await new Promise<Error | null>((resolve) => {
      socket.once('connect', () => resolve(null));
      socket.once('error', resolve);
    });
    if (error === null) return socket;
    socket.destroy();
    if (Date.now() > until) throw error;
    await pause(RETRY_MS);
  }
}

export class Member {
  #next = 0;
  #failure: Error | null = null;
  #left = false;
  readonly #pending = new Map<number, Pending>();
  readonly #beat: NodeJS.Timeout;

  private constructor(
    readonly socket: Socket,
    readonly processId: number,
    heartbeatSeconds: number,
  ) {
    socket.on('error', () => socket.destroy());
    socket.on('close', () => this.#fail(new ProcessFailed({ processId: 0, reason: 'its coordinator is gone' })));
    receive<FromCoordinator>(socket, (message) => this.#take(message));
    this.#beat = setInterval(() => send(socket, { beat: true }), 1000 * heartbeatSeconds);
    this.#beat.unref();
  }

  /** Joins, and waits for all others to join. @throws JoinFailed, ProcessFailed */
  static async join(
    host: string,
    port: number,
    processId: number,
    numProcesses: number,
    seconds: { readonly join: number; readonly heartbeat: number },
  ): Promise<Member> {
    const address = `${host}:${port}`;
    const socket = await connected(host, port, Date.now() + 1000 * seconds.join).catch((error: Error) => {
      const reason = `nobody answers there for ${seconds.join} s (${error.message})`;
      throw new JoinFailed({ address, processId, reason });
    });
    const member = new Member(socket, processId, seconds.heartbeat / 4);
    try {
      await member.ask({ op: 'join', processId, numProcesses }, 'distributed.initialize', seconds.join);
      return member;
    } catch (error) {
      member.close();
      if (!(error instanceof Refused)) throw error;
      throw new JoinFailed({ address, processId, reason: error.message });
    }
  }

  /** The error of the process that has failed, if one has. */
  get failure(): Error | null {
    return this.#failure;
  }

  /** Asks the coordinator. @throws ProcessFailed, DistributedTimeout */
  ask(request: Request, op: string, seconds: number): Promise<string | null> {
    if (this.#failure) return Promise.reject(this.#failure);
    const id = this.#next++;
    return new Promise((resolve, reject) => {
      const timer = setTimeout(() => {
        this.#pending.delete(id);
        reject(new DistributedTimeout({ op, seconds, missing: 'not all processes have come' }));
      }, 1000 * seconds);
      const settle =
        <T>(act: (x: T) => void) =>
        (x: T): void => {
          clearTimeout(timer);
          act(x);
        };
      this.#pending.set(id, { resolve: settle(resolve), reject: settle(reject) });
      send(this.socket, { id, request });
    });
  }

  async leave(): Promise<void> {
    if (this.#failure === null) await this.ask({ op: 'leave' }, 'distributed.shutdown', 10).catch(() => null);
    this.close();
  }

  close(): void {
    this.#left = true;
    clearInterval(this.#beat);
    this.socket.destroy();
  }

  #take(message: FromCoordinator): void {
    if ('failed' in message) {
      this.#fail(new ProcessFailed({ processId: message.failed, reason: message.reason }));
      return;
    }
    const pending = this.#pending.get(message.id);
    this.#pending.delete(message.id);
    if ('refused' in message) pending?.reject(new Refused(message.refused));
    else pending?.resolve(message.value);
  }

  #fail(error: Error): void {
    if (this.#left) return;
    this.#failure ??= error;
    for (const { reject } of this.#pending.values()) reject(this.#failure);
    this.#pending.clear();
  }
}

/** The coordinator said no. */
class Refused extends Error {}
