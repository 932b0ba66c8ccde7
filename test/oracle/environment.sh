# Sourced: `python_environment REQUIREMENTS` prints the interpreter of a virtual environment that holds exactly those
# packages. It lives in the cache folder under the hash of the requirements, is made on first use, and may be deleted.

python_environment() {
  local requirements="$1" cache hash folder
  cache="${FLUXION_CACHE:-${XDG_CACHE_HOME:-$HOME/.cache}/fluxion}"
  hash="$(cksum <"$requirements" | cut -d ' ' -f 1)"
  folder="$cache/python/$hash"
  if [ ! -x "$folder/bin/python" ] || [ ! -e "$folder/complete" ]; then
    echo "making a Python environment in $folder" >&2
    rm -rf "$folder"
    mkdir -p "$cache/python"
    python3 -m venv "$folder" >&2
    "$folder/bin/python" -m pip install --quiet --disable-pip-version-check -r "$requirements" >&2
    touch "$folder/complete"
  fi
  echo "$folder/bin/python"
}
