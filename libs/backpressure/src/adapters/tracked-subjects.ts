import { isSubjectName } from '../core/subject-name.js';
import type { SubjectDeclaration } from './overload-control-options.js';
import type { TrackedSubject } from './tracked-subject.js';

/** How subjects come and go. */
export interface SubjectKeeping {
  readonly make: (declaration: SubjectDeclaration, isServed: boolean) => TrackedSubject;
  /** Told of a subject that is tracked no more. */
  readonly forget: (tracked: TrackedSubject) => void;
}

/** The subjects that are tracked, never more than `most`: those served here, and those that other replicas report. */
export class TrackedSubjects {
  readonly #byName = new Map<string, TrackedSubject>();

  constructor(
    private readonly most: number,
    private readonly keeping: SubjectKeeping,
  ) {}

  get(name: string): TrackedSubject | undefined {
    return this.#byName.get(name);
  }

  names(): string[] {
    return [...this.#byName.keys()];
  }

  all(): TrackedSubject[] {
    return [...this.#byName.values()];
  }

  /**
   * Tracks a subject that is served here, anew if only others served it so far.
   * @throws RangeError when the name is none, or when as many as may be are served already.
   */
  serve(declaration: SubjectDeclaration): TrackedSubject {
    const { name } = declaration;
    if (!isSubjectName(name)) {
      const shown = JSON.stringify(name)?.slice(0, 64);
      throw new RangeError(`a subject must be a text of 1 to 1023 bytes (got ${shown})`);
    }
    if (!this.#byName.has(name)) this.#makeRoomFor(name);
    return this.#track(declaration, true);
  }

  /**
   * Takes in what others report, as far as there is room: a leader answers for subjects too that only others serve, and
   * every replica can be asked about them. `mayForget`: whether those go that nobody serves any more.
   */
  follow(reported: ReadonlySet<string>, mayForget: boolean): void {
    for (const tracked of mayForget ? this.#unserved() : []) {
      if (!reported.has(tracked.name)) this.#forget(tracked);
    }
    for (const name of reported) {
      if (this.#byName.size >= this.most) return;
      if (!this.#byName.has(name)) this.#track({ name }, false);
    }
  }

  #track(declaration: SubjectDeclaration, isServed: boolean): TrackedSubject {
    const tracked = this.keeping.make(declaration, isServed);
    this.#byName.set(declaration.name, tracked);
    return tracked;
  }

  /** Own subjects come before those that only others serve, and of these the quiet ones go first. */
  #makeRoomFor(name: string): void {
    if (this.#byName.size < this.most) return;
    const unserved = this.#unserved();
    const tracked = unserved.find(({ shown }) => shown === 'inactive') ?? unserved[0];
    if (tracked === undefined) {
      const shown = name.slice(0, 64);
      throw new RangeError(`subject ${shown} is one too many: maxSubjects is ${this.most}`);
    }
    this.#forget(tracked);
  }

  #unserved(): TrackedSubject[] {
    return this.all().filter(({ isServed }) => !isServed);
  }

  #forget(tracked: TrackedSubject): void {
    this.#byName.delete(tracked.name);
    this.keeping.forget(tracked);
  }
}
