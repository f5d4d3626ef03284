#!/usr/bin/env bash
# A Slurm of one node on this machine, which nothing outside can reach, to try `--executor slurm` on: Debian or Ubuntu, as root.
#
#   scripts/slurm-loopback.sh                 sets it up, runs the check below, takes it down
#   scripts/slurm-loopback.sh run COMMAND …   sets it up, runs the command in it, takes it down
#   scripts/slurm-loopback.sh up, down        for several commands: `source` what `up` names
#
# The check: a sweep of 8 points as a job array of 8 tasks, two of which are killed and one preempted by a job of a partition that goes first, must
# end with the same bytes as the sweep in one process, and no finished point may be computed twice.
#
# SADDLE names the program (saddle in PATH, or the one that was built here); SLURM_LOOPBACK the folder of Slurm's files.
set -euo pipefail
home=${SLURM_LOOPBACK:-/tmp/saddle-slurm}
root=$(cd "$(dirname "$0")/.." && pwd)
say() { printf '%s\n' "$*" >&2; }

up() {
    [ "$(id -u)" = 0 ] || { say "slurm-loopback: expected to be run as root: Slurm starts jobs for users"; exit 2; }
    local need=() program
    for program in slurmctld slurmd munged sbatch; do command -v "$program" >/dev/null || need+=("$program"); done
    if ((${#need[@]})); then
        command -v apt-get >/dev/null || { say "slurm-loopback: ${need[*]} missing, and no apt-get to install them"; exit 2; }
        apt-get update -qq
        DEBIAN_FRONTEND=noninteractive apt-get install -y -qq --no-install-recommends slurmctld slurmd slurm-client munge >/dev/null
    fi
    rm -rf "$home" && mkdir -p "$home/state" "$home/spool" && chmod 755 "$home"
    local host; host=$(hostname -s)
    dd if=/dev/urandom bs=1 count=1024 of="$home/munge.key" 2>/dev/null && chmod 400 "$home/munge.key"
    munged --force --key-file="$home/munge.key" --socket="$home/munge.socket" --pid-file="$home/munged.pid" \
        --log-file="$home/munged.log" --seed-file="$home/munge.seed"
    cat > "$home/slurm.conf" <<CONF
ClusterName=loopback
SlurmctldHost=$host(127.0.0.1)
SlurmctldPort=16817
SlurmdPort=16818
CommunicationParameters=NoInAddrAny,NoCtldInAddrAny
AuthType=auth/munge
AuthInfo=socket=$home/munge.socket
SlurmUser=root
SlurmdUser=root
StateSaveLocation=$home/state
SlurmdSpoolDir=$home/spool
SlurmctldPidFile=$home/slurmctld.pid
SlurmdPidFile=$home/slurmd.pid
SlurmctldLogFile=$home/slurmctld.log
SlurmdLogFile=$home/slurmd.log
MailProg=/bin/true
ProctrackType=proctrack/linuxproc
TaskPlugin=task/none
JobAcctGatherType=jobacct_gather/none
AccountingStorageType=accounting_storage/none
ReturnToService=2
KillWait=5
SchedulerParameters=sched_interval=1,bf_interval=1
SelectType=select/cons_tres
SelectTypeParameters=CR_CPU
PreemptType=preempt/partition_prio
PreemptMode=REQUEUE
NodeName=$host NodeAddr=127.0.0.1 CPUs=$(nproc) State=UNKNOWN
PartitionName=main Nodes=$host Default=YES PriorityTier=1 State=UP
PartitionName=first Nodes=$host PriorityTier=10 State=UP
CONF
    export SLURM_CONF="$home/slurm.conf"
    echo "export SLURM_CONF='$home/slurm.conf'" > "$home/environment"
    slurmctld -f "$SLURM_CONF"
    slurmd -f "$SLURM_CONF"
    for _ in $(seq 100); do
        if [ "$(sinfo --noheader --format=%T 2>/dev/null | sort -u)" = idle ]; then
            say "Slurm $(sbatch --version | cut -d' ' -f2) is up; source $home/environment to use it"
            return
        fi
        sleep 0.2
    done
    say "slurm-loopback: Slurm did not come up; see $home/slurmctld.log and $home/slurmd.log"
    exit 1
}

down() {
    for daemon in slurmd slurmctld munged; do
        [ ! -f "$home/$daemon.pid" ] || kill "$(cat "$home/$daemon.pid")" 2>/dev/null || true
    done
    for _ in $(seq 50); do
        local left=0
        for daemon in slurmd slurmctld munged; do
            [ -f "$home/$daemon.pid" ] && kill -0 "$(cat "$home/$daemon.pid")" 2>/dev/null && left=1
        done
        ((left)) || break
        sleep 0.1
    done
    rm -rf "$home"
}

# Everything that a sweep writes but times: the table without its last column, arrays, and the rows of points.
results() (
    cd "$1"
    sed 's/,[^,]*$//' sweep.csv
    find points -name '*.npz' | sort | xargs sha256sum
)

check() {
    local saddle=${SADDLE:-} work
    [ -n "$saddle" ] || saddle=$(command -v saddle || find "$root/.build" -type f -name saddle -perm -u+x 2>/dev/null | head -1)
    [ -x "$saddle" ] || { say "slurm-loopback: no program; expected SADDLE=/path/to/saddle"; exit 2; }
    work=$(mktemp -d)
    cd "$work"
    cat > s.yaml <<STUDY
data: {source: gaussian, train: 40, test: 40, dimension: 20, teacher: linear}
network: {hidden_layers: 2}
training: {steps: 200, learning_rate: 0.5}
simulate: {widths: [64, 128], networks: ${NETWORKS:-60}}
cluster: {partition: main, time: "10", tasks: 8}
STUDY
    local sweep=(sweep s.yaml --vary learning_rate=log:0.05..0.5:8 --only networks)
    "$saddle" "${sweep[@]}" --output one --quiet --threads 1
    "$saddle" "${sweep[@]}" --output many --quiet --executor slurm &
    local driver=$! job killed=0 pid first
    while [ ! -f many/shards/job.json ]; do sleep 0.1; kill -0 $driver; done
    job=$(sed 's/.*"id":"\([0-9]*\)".*/\1/' many/shards/job.json)
    # Two of the tasks that are at work.
    while ((killed < 2)); do
        pid=$(pgrep -f "shard .*/many. --index|shard .*/many --index" | head -1 || true)
        [ -z "$pid" ] || { kill -9 "$pid" 2>/dev/null && killed=$((killed + 1)); sleep 0.5; }
        sleep 0.1
    done
    # One that has to make room.
    first=$(sbatch --parsable --partition=first --cpus-per-task=1 --ntasks=1 --output=/dev/null --wrap 'sleep 1')
    while squeue --noheader --jobs="$first" 2>/dev/null | grep -q .; do sleep 0.2; done
    wait $driver
    local preempted; preempted=$(grep -c "preempt" "$home/slurmctld.log" || true)
    say "job $job: 2 tasks killed, $preempted lines of preemption in Slurm's log"
    if ! diff <(results one) <(results many); then say "slurm-loopback: results differ ($work)"; exit 1; fi
    say "the same bytes as one process: $(results many | wc -l) lines"
    cd / && rm -rf "$work"
}

case "${1:-all}" in
    up) up ;;
    down) down ;;
    run) shift; trap down EXIT; up; "$@" ;;
    all) trap down EXIT; up; check ;;
    check) export SLURM_CONF="$home/slurm.conf"; check ;;
    *) say "slurm-loopback: '$1'; expected nothing, up, down, check, or run COMMAND"; exit 2 ;;
esac
