# Run on a host by `/bin/sh` from standard input, with a generated `main` after it. POSIX sh, coreutils, grep, sed;
# flock where there is one. Contents are shell words, decoded by `base64 -d`: a process table never shows one.
#
# What is remembered, in a directory for root alone:
#   sets/KEY       what a set placed: !set|generation|id, !pending|handler, key|kind|state|note|marker|comment|path
#   before/KEY     how a path was before the first set touched it: type|mode|uid|gid|path
#   originals/KEY  the content of an adopted file, the target of an adopted link, the text of an adopted block
# A path's key is the start of its SHA-256; a block's has its marker's after a `_`.
# States of an entry: `planned` (not touched yet), `staged:INODE` (about to be renamed, or renamed), `placed`.
umask 077
LC_ALL=C
export LC_ALL
root=/var/lib/groundwork
nl='
'
ledger='' header='' known='' written='' generation='' pending='' kept='' lines='' leaving='' changed='' dirs='' once='' committed=0

# Each command is a process, and with many hosts on one machine, or a small one, it is they that take the time: what
# the shell can do itself, it does.

# Replaced by the declared directories and files, and by the handlers.
items() { :; }
handlers() { :; }

say() { printf '%s\n' "$1"; }

# Ends the run. As long as nothing was renamed, all is as it was.
die() { # label message
  items unstage
  if [ "$committed" = 0 ]; then
    write_ledger "$known"
    sweep
    close_ledger
  fi
  say "error|$committed|$1|$2"
  exit 1
}

decode() { printf %s "$1" | base64 -d; }
sync_path() { sync "$1" 2>/dev/null || sync; }
digest() { sum=$(sha256sum <"$1") && sum=${sum%% *}; }
key_of() { printf %s "$1" | sha256sum | cut -c 1-32; }
exists() { [ -e "$1" ] || [ -L "$1" ]; }
drop() { for unwanted; do ! exists "$unwanted" || rm -f -- "$unwanted" || return 1; done; }

# One run at a time, also after one whose connection broke. The directory itself is locked; another run may have
# removed it meanwhile.
lock() { # directory
  until [ "$1" -ef /proc/self/fd/9 ]; do
    mkdir -p -m 700 "$1" && exec 9<"$1" || die '' "cannot use $1"
    command -v flock >/dev/null || return 0
    flock -w 600 9 || die '' "another run holds the lock of $1 for more than 10 minutes: look what it does there"
  done
}

# The command's output becomes a file that nobody else could read at any time before its last `chmod`. All is done
# through the open file: whoever may write to the directory cannot put another in its place.
put() { # path mode owner group command…
  target=$1 target_mode=$2 target_owner=$3:$4
  shift 4
  drop "$target" && install -m 0600 /dev/null "$target" || return 1
  {
    [ ! -L "$target" ] && [ "$target" -ef /proc/self/fd/8 ] && [ ! -s "$target" ] &&
      "$@" >&8 && sync_path /proc/self/fd/8 &&
      chown "$target_owner" /proc/self/fd/8 && chmod "$target_mode" /proc/self/fd/8
  } 8<>"$target"
}

# In place: narrows before it hands over, widens last. Never follows a link.
relabel() { # path mode owner group
  {
    [ ! -L "$1" ] && [ "$1" -ef /proc/self/fd/8 ] &&
      chmod "$(printf %o $((0$(stat -Lc %a /proc/self/fd/8) & 0$2)))" /proc/self/fd/8 &&
      chown "$3:$4" /proc/self/fd/8 && chmod "$2" /proc/self/fd/8
  } 8<"$1"
}

rename() { # from to
  mv -fT -- "$1" "$2" || return 1
  committed=1 dirs="$dirs${2%/*}/$nl"
}

write_ledger() { # text
  [ -n "$ledger" ] && [ "$1" != "$written" ] || return 0
  written=$1
  if [ -n "$1" ]; then
    printf %s "$1" >"$root/new" && sync_path "$root/new" && mv -f "$root/new" "$ledger" && sync_path "$root/sets"
  else
    rm -f "$ledger"
  fi
}

load_ledger() { # set
  ledger=$root/sets/$1
  [ -e "$ledger" ] || return 0
  known=$(cat "$ledger")$nl
  written=$known
  while IFS='|' read -r key kind state note rest; do
    case $key in
      !set) generation=$kind ;;
      !pending) pending="$pending!pending|$kind$nl" ;;
      *) eval "state_$key=\$state note_$key=\$note" ;;
    esac
  done <"$ledger"
}

unlock() { # directory
  rmdir "$1" "${1%/*}" 2>/dev/null || :
}

open_ledger() { # set generation id
  lock "$root"
  [ -d "$root/originals" ] || mkdir -p "$root/sets" "$root/before" "$root/originals" || die '' "cannot write to $root"
  load_ledger "$1"
  header="!set|$2|$3$nl"
  sweep
}

# The set that claims a path or block, when it is another one.
other_claim() { # pattern
  for other in "$root"/sets/*; do
    [ "$other" = "$ledger" ] || ! grep -qs "^$1" "$other" || { sed -n 's/^!set|[^|]*|//p' "$other" && return; }
  done
  return 1
}

remember() { # key type path
  [ "$2" = absent ] || stat -c "$2|%a|%u|%g|$3" -- "$3" >"$root/new" || return 1
  [ "$2" != absent ] || say "absent|0|0|0|$3" >"$root/new"
  sync_path "$root/new" && mv -f "$root/new" "$root/before/$1" && sync_path "$root/before"
}

# Undoes what no set claims any more: directories and files of blocks that were made go when they are empty, an
# existing directory gets its owner and mode back. The originals of files were put back by `release`.
sweep() {
  for record in "$root"/before/*; do
    [ ! -e "$record" ] || { IFS='|' read -r type mode uid gid path <"$record" && say "$path|${record##*/}|$type|$mode|$uid|$gid"; }
  done | sort -t '|' -k 1,1r | while IFS='|' read -r path key type mode uid gid; do
    ! grep -qs "^$key" "$root"/sets/* || continue
    case $type in
      absent)
        if [ -d "$path" ]; then rmdir -- "$path" 2>/dev/null || continue; fi
        [ ! -f "$path" ] || [ -s "$path" ] || rm -f -- "$path"
        ;;
      directory | seed) ! exists "$path" || relabel "$path" "$mode" "$uid" "$gid" ;;
    esac
    rm -f "$root/before/$key" "$root/originals/$key"
  done
}

make_directory() { # path mode owner group
  remember "$(key_of "$1")" absent "$1" && mkdir -- "$1" && relabel "$@"
}

make_parents() { # path
  parent=${1%/*}
  [ -n "$parent" ] && [ ! -d "$parent" ] || return 0
  (make_parents "$parent") && make_directory "$parent" 755 root root
}

item() {
  label=$1 key=$2 kind=$3 mode=$4 owner=$5 group=$6 adopt=$7 position=$8 marker=$9
  shift 9
  comment=$1 path=$2 sha256=$3 content=$4
  stage=${path%/*}/.groundwork-${key%%_*}
  eval "state=\${state_$key-} note=\${note_$key-}"
}

labelled() { # path
  labels=$(stat -c '%a %U %u %G %g' -- "$1") || return 1
  case $labels in
    "$mode $owner "*" $group "* | "$mode $owner "*" $group" | "$mode "*" $owner $group "* | "$mode "*" $owner "*" $group") ;;
    *) return 1 ;;
  esac
}

# Whether this set placed what is at the path.
ours() {
  case $state in
    placed) ;;
    staged:*) [ "$kind" = block ] || [ "$state" = "staged:$(stat -c %i -- "$path" 2>/dev/null)" ] ;;
    *) return 1 ;;
  esac
}

# Sets `first` and `last` to the numbers of a block's marker lines, both 0 when there is none.
find_block() { # file
  first=$(grep -nxF -- "$comment BEGIN groundwork $marker" "$1" | cut -d : -f 1)
  last=$(grep -nxF -- "$comment END groundwork $marker" "$1" | cut -d : -f 1)
  case ${first:-0}${last:-0} in *[!0-9]*) return 1 ;; esac
  first=${first:-0} last=${last:-0}
  [ "$first$last" = 00 ] || { [ "$first" -gt 0 ] && [ "$last" -gt "$first" ]; }
}

block_text() { head -n $((last - 1)) -- "$1" | tail -n +$((first + 1)); }

block() { # content
  say "$comment BEGIN groundwork $marker" && decode "$1" && say "$comment END groundwork $marker"
}

# The file with its block set to a content; every other byte as it is.
with_block() { # file content
  if [ "$first" -gt 0 ]; then
    head -n $((first - 1)) -- "$1" && block "$2" && tail -n +$((last + 1)) -- "$1"
  elif [ "$position" = start ]; then
    block "$2" && cat -- "$1"
  else
    cat -- "$1" && { [ -z "$note" ] || say ''; } && block "$2"
  fi
}

# The file without its block, and without the line break that was added for it.
without_block() { # file
  if [ -n "$note" ] && [ "$last" = "$(wc -l <"$1")" ]; then
    head -n $((first - 1)) -- "$1" | head -c -1
  else
    head -n $((first - 1)) -- "$1" && tail -n +$((last + 1)) -- "$1"
  fi
}

save_original() { # file that it is in
  type=file
  if [ "$kind" = block ]; then
    type=block && block_text "$1"
  elif [ -L "$1" ]; then
    type=link && readlink -n -- "$1"
  else
    cat -- "$1"
  fi >"$root/originals/$key" && sync_path "$root/originals/$key" && sync_path "$root/originals" &&
    remember "$key" "$type" "$path"
}

# Phases: `items PHASE` runs one for every declared directory and file, in order.

# Refuses what would fail or harm, before anything is touched.
plan() {
  item "$@"
  drop "$stage" "$stage-block"
  case $kind in
    directory)
      [ -d "$path" ] || ! exists "$path" || die "$label" "is there and is not a directory"
      return 0
      ;;
    block) other=$(other_claim "${key%%_*}|") || other=$(other_claim "$key|") ;;
    *) other=$(other_claim "$key") ;;
  esac && die "$label" "is placed by $other: remove it there first"
  ! exists "$path" || [ -f "$path" ] || [ -L "$path" ] || die "$label" "is not a regular file"
  [ "$kind" = whole ] || [ ! -L "$path" ] || die "$label" "is a symbolic link: name the file that it leads to"
  if [ "$kind" = block ]; then
    [ -e "$path" ] || return 0
    find_block "$path" || die "$label" "has damaged marker lines of block $marker: repair or remove them"
    [ "$first" -gt 0 ] || return 0
  fi
  ! exists "$path" || ours || [ -n "$adopt" ] ||
    die "$label" "exists and was not placed by this set: remove it, or set adopt to keep the original for later"
}

# Everything that can fail for want of space, rights or owners happens here, beside the files in use.
stage() {
  item "$@"
  make_parents "$path" || die "$label" "its parent directory cannot be made"
  case $kind in
    directory)
      if [ ! -d "$path" ]; then
        make_directory "$path" "$mode" "$owner" "$group" || die "$label" "cannot be made"
        changed="$changed $key"
      else
        [ -e "$root/before/$key" ] || remember "$key" directory "$path" || die "$label" "cannot be recorded in $root"
        labelled "$path" && return
        relabel "$path" "$mode" "$owner" "$group" || die "$label" "its owner and mode cannot be set"
        changed="$changed $key"
      fi
      ;;
    block) stage_block ;;
    seed | kept)
      if exists "$path"; then
        if ! ours; then remember "$key" seed "$path" || die "$label" "cannot be recorded in $root"; fi
        labelled "$path" && return
        relabel "$path" "$mode" "$owner" "$group" || die "$label" "its owner and mode cannot be set"
        changed="$changed $key"
      elif [ "$kind" = kept ]; then
        die "$label" "is gone, and its content is not known here: declare it"
      else
        stage_content
      fi
      ;;
    whole)
      if exists "$path"; then
        ours || save_original "$path" || die "$label" "its original cannot be kept in $root"
        if [ -f "$path" ] && [ ! -L "$path" ] && labelled "$path" && digest "$path" && [ "$sum" = "$sha256" ]; then return; fi
      fi
      stage_content
      ;;
  esac
}

stage_content() {
  put "$stage" "$mode" "$owner" "$group" decode "$content" || die "$label" "cannot be written"
  changed="$changed $key"
}

stage_block() {
  from=$path
  [ ! -e "$stage" ] || from=$stage
  if [ -e "$from" ]; then
    find_block "$from" || die "$label" "has damaged marker lines of block $marker: repair or remove them"
    # shellcheck disable=SC2046
    set -- $(stat -c '%a %u %g' -- "$from")
  else
    remember "${key%%_*}" absent "$path" || die "$label" "cannot be recorded in $root"
    from=/dev/null first=0 last=0
    set -- "$mode" "$owner" "$group"
  fi
  if [ "$first" -gt 0 ]; then
    [ -n "$state" ] && [ "$state" != planned ] || save_original "$from" || die "$label" "its block cannot be kept in $root"
    [ "$(block_text "$from" | sha256sum)" != "$sha256  -" ] || return 0
  else
    note=''
    [ "$position" = start ] || [ -z "$(tail -c 1 -- "$from")" ] || note=newline
    eval "note_$key=\$note"
  fi
  put "$stage-block" "$1" "$2" "$3" with_block "$from" "$content" && mv -f -- "$stage-block" "$stage" ||
    die "$label" "cannot be written"
  changed="$changed $key"
}

unstage() {
  item "$@"
  drop "$stage" "$stage-block"
}

record() {
  item "$@"
  case $phase:$state in
    placed:* | *:placed) state=placed ;;
    staged:*) [ ! -e "$stage" ] || state=staged:$(stat -c %i -- "$stage") ;;
  esac
  case $kind in kept) kind=whole ;; esac
  lines="$lines$key|$kind|${state:-planned}|$note|$marker|$comment|$path$nl"
}

enter() { # phase
  phase=$1 lines=''
  items record
  [ "$phase" != placed ] || leaving=''
  write_ledger "$header$pending$lines$leaving" ||
    die '' "cannot write to $root"
}

commit() {
  item "$@"
  [ ! -e "$stage" ] || rename "$stage" "$path" || die "$label" "cannot be put in place"
}

# Entries of the ledger that are not declared any more; those that are still in place count as changed.
find_leaving() {
  lines=''
  items record
  while IFS='|' read -r key kind state note marker comment path; do
    case $key in '' | !*) continue ;; esac
    case $nl$lines in *"$nl$key|"*) continue ;; esac
    leaving="$leaving$key|$kind|$state|$note|$marker|$comment|$path$nl"
    [ "$kind" = directory ] || ! ours || ! exists "$path" || changed="$changed $key"
  done <<END
$known
END
}

release_all() {
  while IFS='|' read -r key kind state note marker comment path; do
    [ -z "$key" ] || release || die '' "$path cannot be removed or restored"
  done <<END
$leaving
END
}

# Takes away what was placed; an adopted original comes back. The copy goes only when the ledger has forgotten the entry.
release() {
  stage=${path%/*}/.groundwork-${key%%_*}
  drop "$stage" "$stage-block"
  ours && exists "$path" || return 0
  type='' mode='' uid='' gid=''
  [ ! -e "$root/before/$key" ] || IFS='|' read -r type mode uid gid rest <"$root/before/$key"
  case $kind:$type in
    directory:* | seed:seed) ;;
    block:*) release_block ;;
    *:file) put "$stage" "$mode" "$uid" "$gid" cat "$root/originals/$key" && rename "$stage" "$path" ;;
    *:link)
      ln -s -- "$(cat "$root/originals/$key")" "$stage" && chown -h "$uid:$gid" "$stage" && rename "$stage" "$path"
      ;;
    *) [ -d "$path" ] && [ ! -L "$path" ] || { rm -f -- "$path" && committed=1 dirs="$dirs${path%/*}/$nl"; } ;;
  esac
}

release_block() {
  find_block "$path" && [ "$first" -gt 0 ] || return 0
  # shellcheck disable=SC2046
  set -- "$stage" $(stat -c '%a %u %g' -- "$path")
  if [ -e "$root/originals/$key" ]; then
    put "$@" with_block "$path" "$(base64 <"$root/originals/$key")"
  else
    put "$@" without_block "$path"
  fi && rename "$stage" "$path"
}

# All of a placement. Contents are compared before anything is written: what is as declared stays untouched.
place() {
  find_leaving
  items plan
  enter planned
  items stage
  handlers due
  pending=$kept
  enter staged
  items commit
  release_all
  printf %s "$dirs" | sort -u | while IFS= read -r directory; do sync_path "$directory"; done
  enter placed
  sweep
  handlers settle
}

# Takes away all of a set by placing nothing, unless a later generation of it has taken over. Says which directories had
# to stay.
remove() { # generation
  [ -e "$ledger" ] && [ "$generation" = "$1" ] || return 0
  once=yes
  place
  write_ledger ''
  printf %s "$known" | while IFS='|' read -r key kind state note marker comment path; do
    [ "$kind" != directory ] || [ ! -e "$root/before/$key" ] || other_claim "$key" >/dev/null || say "left|$path"
  done
}

# Leaves nothing behind on a host where nothing is placed.
close_ledger() {
  rmdir "$root/before" "$root/originals" "$root/sets" "$root" 2>/dev/null || :
}

due() { # name command key…
  name=$1 found=''
  case $nl$pending in *"$nl!pending|$name$nl"*) kept="$kept!pending|$name$nl" && return ;; esac
  shift 2
  [ $# -gt 0 ] || found=$changed
  for wanted; do
    case " $changed" in *" $wanted"*) found=yes ;; esac
  done
  [ -z "${found# }" ] || kept="$kept!pending|$name$nl"
}

# One that failed stays pending for the next placement; after a deletion there is none, so that it is tried but once.
settle() { # name command key…
  case $nl$pending in *"$nl!pending|$1$nl"*) ;; *) return 0 ;; esac
  [ -z "$once" ] || forget "$1"
  attempt "$1" "$2" && forget "$1"
}

forget() { # name of a handler
  pending=$(printf %s "$pending" | grep -vxF -- "!pending|$1")
  pending=$pending${pending:+$nl}
  enter placed
}

# A command of the program, apart from this shell, the lock and the connection: a daemon that it starts holds none.
attempt() { # name command; says how it ended
  log=$(mktemp) || die '' "cannot make a temporary file"
  (
    exec 9<&-
    umask 022
    unset LC_ALL
    eval "$(decode "$2")"
  ) </dev/null >/dev/null 2>"$log"
  code=$?
  said=$(tail -c 2000 "$log" | base64 | tr -d '\n')
  # Nobody may listen any more: to speak is then the end of this shell.
  rm -f "$log"
  say "ran|$1|$code|$said"
  return $code
}

report() {
  item "$@"
  exists "$path" || return 0
  sum='' labels=$(stat -c '%a|%U|%u|%G|%g' -- "$path")
  case $kind in
    block)
      find_block "$path" || first=-1
      [ "$first" != 0 ] || return 0
      sum='damaged block'
      [ "$first" = -1 ] || sum=$(block_text "$path" | sha256sum | cut -c 1-64)
      ;;
    directory) [ -d "$path" ] || return 0 ;;
    *)
      if [ -f "$path" ] && [ ! -L "$path" ]; then digest "$path"; else sum="not a file: $(stat -c %F -- "$path")"; fi
      ;;
  esac
  say "item|$label|$sum|$labels"
}

report_all() {
  [ ! -e "$ledger" ] || say "set|$generation"
  printf %s "$pending"
  items report
}

# What is at a path; one with other than plain signs is encoded, that it stays in its line.
entry_at() { # path
  exists "$1" || return 0
  type='special file'
  if [ -L "$1" ]; then
    type='symbolic link'
  elif [ -d "$1" ]; then
    type=directory
  elif [ -f "$1" ]; then
    type=file
  fi
  case $1 in
    *[![:print:]]*) say "entry|$type|base64|$(printf %s "$1" | base64 | tr -d '\n')" ;;
    *) say "entry|$type|plain|$1" ;;
  esac
}

# What lies directly in a directory.
entries_of() { # directory
  [ -d "$1" ] && [ ! -L "$1" ] || return 0
  for entry in "$1"/* "$1"/.[!.]* "$1"/..?*; do entry_at "$entry"; done
}

# What any set has placed on this host, whichever stack it is of.
claimed_paths() {
  for other in "$root"/sets/*; do
    [ ! -f "$other" ] || sed -n 's/^\([^!|]*\)|[^|]*|[^|]*|[^|]*|[^|]*|[^|]*|/claimed|\1|/p' "$other"
  done
}
