/**
 * The coordinator: where the processes of one program find each other, tell each other things, and wait for each other.
 *
 * It runs inside of process 0 and holds a table of keys and values, the barriers, and the time of everybody's last sign
 * of life. Who closes its connection without taking leave, or is silent for too long, has failed, and all others are told.
 * Source: JAX's distributed runtime service.
 */
import { createServer, type Server, type Socket } from 'node:net';
import { type FromCoordinator, type Request, receive, send, type ToCoordinator } from './lines.js';

interface Member {
  readonly processId: number;
  readonly socket: Socket;
  lastSeen: number;
}

interface Waiting {
  readonly socket: Socket;
  readonly id: number;
}

export class Coordinator {
  readonly #members = new Map<number, Member>();
  readonly #values = new Map<string, string>();
  readonly #wanted = new Map<string, Waiting[]>();
  readonly #barriers = new Map<string, Map<number, Waiting>>();
  readonly #server: Server;
  readonly #watch: NodeJS.Timeout;
  #failed: { readonly failed: number; readonly reason: string } | null = null;

  private constructor(
    readonly numProcesses: number,
    readonly heartbeatTimeoutSeconds: number,
  ) {
    this.#server = createServer((socket) => this.#accept(socket));
    this.#watch = setInterval(() => this.#findSilent(), (1000 * heartbeatTimeoutSeconds) / 4);
    this.#watch.unref();
    this.#server.unref();
  }

  /** Opens the coordinator at an address; rejects where it cannot listen there. */
  static open(host: string, port: number, numProcesses: number, heartbeatTimeoutSeconds: number): Promise<Coordinator> {
    const coordinator = new Coordinator(numProcesses, heartbeatTimeoutSeconds);
    return new Promise((resolve, reject) => {
      coordinator.#server.once('error', (error) => {
        clearInterval(coordinator.#watch);
        reject(error);
      });
      coordinator.#server.listen(port, host, () => resolve(coordinator));
    });
  }

  close(): void {
    clearInterval(this.#watch);
    this.#server.close();
    for (const { socket } of this.#members.values()) socket.destroy();
  }

  #accept(socket: Socket): void {
    let member: Member | null = null;
    socket.on('error', () => socket.destroy());
    socket.on('close', () => {
      if (member && this.#members.get(member.processId) === member)
        this.#fail(member.processId, 'its connection broke');
    });
    receive<ToCoordinator>(socket, (message) => {
      if (member) member.lastSeen = Date.now();
      if ('beat' in message) return;
      const { id, request } = message;
      if (request.op === 'join') {
        const refused = this.#whyNot(request.processId, request.numProcesses);
        if (refused !== null) return send(socket, { id, refused });
        member = { processId: request.processId, socket, lastSeen: Date.now() };
        this.#members.set(request.processId, member);
        if (this.#failed) send(socket, this.#failed);
        return this.#arrive('joined', request.processId, { socket, id });
      }
      if (member === null) return void socket.destroy();
      this.#serve(member, { socket, id }, request);
    });
  }

  #whyNot(processId: number, numProcesses: number): string | null {
    if (numProcesses !== this.numProcesses) {
      return `it expects ${numProcesses} processes, and the coordinator ${this.numProcesses}`;
    }
    if (processId < 0 || processId >= numProcesses) return `process ids are 0 to ${numProcesses - 1}`;
    return this.#members.has(processId) ? 'another process has joined with that id' : null;
  }

  #serve(member: Member, from: Waiting, request: Exclude<Request, { op: 'join' }>): void {
    const answer = (value: string | null): void => send(from.socket, { id: from.id, value });
    switch (request.op) {
      case 'set':
        this.#values.set(request.key, request.value);
        for (const w of this.#wanted.get(request.key) ?? []) send(w.socket, { id: w.id, value: request.value });
        this.#wanted.delete(request.key);
        answer(null);
        break;
      case 'get': {
        const value = this.#values.get(request.key);
        if (value !== undefined) answer(value);
        else this.#wanted.set(request.key, [...(this.#wanted.get(request.key) ?? []), from]);
        break;
      }
      case 'barrier':
        this.#arrive(`barrier ${request.name}`, member.processId, from);
        break;
      case 'leave':
        this.#members.delete(member.processId);
        answer(null);
    }
  }

  /** Answers all when all are there. */
  #arrive(name: string, processId: number, from: Waiting): void {
    const here = this.#barriers.get(name) ?? new Map<number, Waiting>();
    this.#barriers.set(name, here);
    here.set(processId, from);
    if (here.size < this.numProcesses) return;
    this.#barriers.delete(name);
    for (const { socket, id } of here.values()) send(socket, { id, value: null });
  }

  #findSilent(): void {
    const oldest = Date.now() - 1000 * this.heartbeatTimeoutSeconds;
    for (const { processId, lastSeen } of this.#members.values()) {
      if (lastSeen < oldest) this.#fail(processId, `no sign of life for ${this.heartbeatTimeoutSeconds} s`);
    }
  }

  #fail(processId: number, reason: string): void {
    this.#members.get(processId)?.socket.destroy();
    this.#members.delete(processId);
    this.#failed ??= { failed: processId, reason };
    const news: FromCoordinator = { failed: processId, reason };
    for (const { socket } of this.#members.values()) send(socket, news);
  }
}
