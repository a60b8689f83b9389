# Reads secrets of /etc/clamour for a command. Sourced by install.sh and by /usr/local/bin/clamour;
# what it reads is data and never run.

# Refuse a file that others than its owner can read: must_be_private FILE
must_be_private() {
  [ -e "$1" ] || return 0
  [ -z "$(find -L "$1" -maxdepth 0 -perm /077)" ] || {
    echo "clamour: $1 can be read by others: chmod 600 $1" >&2
    return 1
  }
}

# Export the settings in a file of NAME=value lines, as systemd's EnvironmentFile reads them:
# export_secrets FILE. Only CLAMOUR_ names: no other may change how root's commands run.
export_secrets() {
  [ -e "$1" ] || return 0
  must_be_private "$1" || return 1
  secrets_at=0
  while IFS= read -r secrets_line || [ -n "$secrets_line" ]; do
    secrets_at=$((secrets_at + 1))
    secrets_line=$(printf '%s' "$secrets_line" | sed 's/^[[:space:]]*//; s/[[:space:]]*$//; s/^export[[:space:]][[:space:]]*//')
    case $secrets_line in
      '' | '#'* | ';'*) continue ;;
    esac
    secrets_name=${secrets_line%%=*}
    secrets_value=${secrets_line#*=}
    case $secrets_line in *=*) ;; *) secrets_name= ;; esac
    case $secrets_name in
      '' | [!A-Za-z_]* | *[!A-Za-z0-9_]*)
        echo "clamour: $1, line $secrets_at: write NAME=value" >&2
        return 1 ;;
      CLAMOUR_*) ;;
      *) continue ;;
    esac
    case $secrets_value in
      \'*\' | \"*\")
        secrets_quote=${secrets_value%"${secrets_value#?}"}
        secrets_value=${secrets_value#?}
        secrets_value=${secrets_value%?} ;;
      *) secrets_quote= ;;
    esac
    case $secrets_quote$secrets_value in
      \'*\'* | \"*\"* | \"*\\* | [!\'\"]*[\'\"\\]*)
        echo "clamour: $1, line $secrets_at: put the value between single quotes, with none in it" >&2
        return 1 ;;
    esac
    export "$secrets_name=$secrets_value"
  done < "$1"
}
