/**
 * Runs a command under a shell that holds our pipe: when we die, even by SIGKILL, the pipe closes and the command is
 * ended. The first line it prints is the command's own process id; its output goes to the file `BEAMLINE_GUARD_LOG`.
 */
export const GUARD = [
  'exec 3<&0',
  '"$@" </dev/null >>"$BEAMLINE_GUARD_LOG" 2>&1 & c=$!',
  'echo $c',
  'exec >/dev/null',
  'trap "kill -TERM $c 2>/dev/null" TERM INT',
  // A command that was stopped (SIGSTOP) would not hear of its end before it is continued.
  '(cat <&3 >/dev/null; kill -TERM $c 2>/dev/null; kill -CONT $c 2>/dev/null) & w=$!',
  'wait $c; s=$?',
  // A trapped signal ends the first wait early; the second one waits for the end of the command.
  'if [ $s -gt 128 ] && kill -0 $c 2>/dev/null; then wait $c; s=$?; fi',
  'kill $w 2>/dev/null',
  'exit $s',
].join('\n');
