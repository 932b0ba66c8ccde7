/**
 * Messages between processes: one JSON object in a line.
 */
import type { Socket } from 'node:net';

/** What a process asks of the coordinator. */
export type Request =
  | { readonly op: 'join'; readonly processId: number; readonly numProcesses: number }
  | { readonly op: 'set'; readonly key: string; readonly value: string }
  | { readonly op: 'get'; readonly key: string }
  | { readonly op: 'barrier'; readonly name: string }
  | { readonly op: 'leave' };

export type ToCoordinator = { readonly id: number; readonly request: Request } | { readonly beat: true };

export type FromCoordinator =
  | { readonly id: number; readonly value: string | null }
  | { readonly id: number; readonly refused: string }
  | { readonly failed: number; readonly reason: string };

/** Sends one message. */
export function send(socket: Socket, message: ToCoordinator | FromCoordinator): void {
  if (!socket.destroyed) socket.write(`${JSON.stringify(message)}\n`);
}

/** Calls `take` with each message that arrives; a line that is none ends the connection. */
export function receive<Message>(socket: Socket, take: (message: Message) => void): void {
  let rest = '';
  socket.setEncoding('utf8');
  socket.on('data', (chunk) => {
    const lines = (rest + chunk).split('\n');
    rest = lines.pop() ?? '';
    for (const line of lines) {
      let message: Message;
      try {
        message = JSON.parse(line) as Message;
      } catch {
        socket.destroy();
        return;
      }
      take(message);
    }
  });
}
