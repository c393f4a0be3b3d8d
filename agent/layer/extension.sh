#!/bin/sh
# /opt/extensions/coldlens: starts the extension on the runtime's Node.
here=$(CDPATH='' cd -- "$(dirname -- "$0")" && pwd)

# Lambda starts the runtime only when every extension is registered. Where sh is bash, as on Lambda, the shell does that
# in a millisecond, and the extension's Node starts beside the runtime's instead of before it.
register() {
  # Managed Instances refuse whoever wants to be told of invocations.
  case $AWS_LAMBDA_INITIALIZATION_TYPE in
    lambda-managed-instances) events='{"events":["SHUTDOWN"]}' ;;
    *) events='{"events":["INVOKE","SHUTDOWN"]}' ;;
  esac
  printf '%s\r\n' 'POST /2020-01-01/extension/register HTTP/1.1' "Host: $AWS_LAMBDA_RUNTIME_API" \
    'Lambda-Extension-Name: coldlens' 'Content-Type: application/json' "Content-Length: ${#events}" 'Connection: close' '' >&3
  printf '%s' "$events" >&3
  while IFS= read -r line <&3; do
    case $line in
      [Ll]ambda-[Ee]xtension-[Ii]dentifier:*)
        line=${line#*:}
        line=${line# }
        export COLDLENS_EXTENSION_ID="${line%?}"
        ;;
      ?) return ;;
    esac
  done
}
if [ -n "$BASH_VERSION" ]; then
  register 3<>"/dev/tcp/${AWS_LAMBDA_RUNTIME_API%:*}/${AWS_LAMBDA_RUNTIME_API##*:}"
fi

# What the function preloads is not meant for us.
unset NODE_OPTIONS
for node in "$COLDLENS_NODE" /var/lang/bin/node "$(command -v node)"; do
  if [ -n "$node" ] && [ -x "$node" ]; then
    exec "$node" --max-old-space-size=64 --max-semi-space-size=1 "$here/../coldlens-extension/main.cjs"
  fi
done
echo 'coldlens: the extension found no node; the layer is for Node runtimes.' >&2
exit 1
