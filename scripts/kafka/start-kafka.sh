#!/usr/bin/env bash
# start-kafka.sh DIR PORT
# Starts a real single-node Apache Kafka (KRaft, combined broker+controller) on 127.0.0.1:PORT (the controller
# listens on PORT+1) with its config, log and data under DIR; waits until it serves; prints its PID on stdout.
# A DIR that already holds a formatted store is started again as it is.
# Env: KAFKA_HEAP (default 1g), KAFKA_PROPS (file with extra server properties, appended),
#      KAFKA_FORMAT_ARGS (extra args of StorageTool format, e.g. "--feature streams.version=1"),
#      CONTROLLER_PORT, START_TIMEOUT_S (default 60), KAFKA_JVM_OPTS
set -euo pipefail
[ $# -eq 2 ] || { echo "usage: $0 DIR PORT" >&2; exit 2; }
. "$(dirname "${BASH_SOURCE[0]}")/kafka-env.sh"
mkdir -p "$1"; DIR="$(cd "$1" && pwd)"; PORT="$2"; CPORT="${CONTROLLER_PORT:-$((PORT + 1))}"
HEAP="${KAFKA_HEAP:-1g}"

cat > "$DIR/server.properties" <<PROPS
process.roles=broker,controller
node.id=1
controller.quorum.bootstrap.servers=127.0.0.1:$CPORT
listeners=PLAINTEXT://127.0.0.1:$PORT,CONTROLLER://127.0.0.1:$CPORT
advertised.listeners=PLAINTEXT://127.0.0.1:$PORT,CONTROLLER://127.0.0.1:$CPORT
listener.security.protocol.map=PLAINTEXT:PLAINTEXT,CONTROLLER:PLAINTEXT
inter.broker.listener.name=PLAINTEXT
controller.listener.names=CONTROLLER
log.dirs=$DIR/data
num.partitions=1
default.replication.factor=1
min.insync.replicas=1
offsets.topic.replication.factor=1
offsets.topic.num.partitions=4
transaction.state.log.replication.factor=1
transaction.state.log.min.isr=1
transaction.state.log.num.partitions=4
share.coordinator.state.topic.replication.factor=1
share.coordinator.state.topic.min.isr=1
share.coordinator.state.topic.num.partitions=1
group.initial.rebalance.delay.ms=0
group.consumer.min.session.timeout.ms=1000
group.min.session.timeout.ms=1000
log.retention.hours=-1
auto.create.topics.enable=false
PROPS
if [ -n "${KAFKA_PROPS:-}" ]; then cat "$KAFKA_PROPS" >> "$DIR/server.properties"; fi
cat > "$DIR/log4j2.properties" <<'LOG'
status = warn
appender.out.type = Console
appender.out.name = OUT
appender.out.layout.type = PatternLayout
appender.out.layout.pattern = [%d] %p %m (%c)%n
rootLogger.level = info
rootLogger.appenderRef.out.ref = OUT
LOG

if [ ! -f "$DIR/data/meta.properties" ]; then
  CLUSTER_ID="$("$JAVA" -cp "$KAFKA_CP" -Dlog4j2.configurationFile="$DIR/log4j2.properties" kafka.tools.StorageTool random-uuid | tail -1)"
  # shellcheck disable=SC2086
  "$JAVA" -cp "$KAFKA_CP" -Dlog4j2.configurationFile="$DIR/log4j2.properties" kafka.tools.StorageTool format \
      --standalone -t "$CLUSTER_ID" -c "$DIR/server.properties" ${KAFKA_FORMAT_ARGS:-} > "$DIR/format.log" 2>&1 \
      || { cat "$DIR/format.log" >&2; exit 1; }
fi

: > "$DIR/server.log"
# shellcheck disable=SC2086
nohup "$JAVA" -Xms"$HEAP" -Xmx"$HEAP" -XX:+UseG1GC -XX:MaxGCPauseMillis=20 -XX:InitiatingHeapOccupancyPercent=35 \
    -XX:+ExplicitGCInvokesConcurrent -Djava.awt.headless=true ${KAFKA_JVM_OPTS:-} \
    -Dlog4j2.configurationFile="$DIR/log4j2.properties" -cp "$KAFKA_CP" kafka.Kafka "$DIR/server.properties" \
    >> "$DIR/server.log" 2>&1 < /dev/null &
PID=$!
echo "$PID" > "$DIR/kafka.pid"
deadline=$(( $(date +%s) + ${START_TIMEOUT_S:-60} ))
until grep -q "Kafka Server started" "$DIR/server.log"; do
  if ! kill -0 "$PID" 2>/dev/null; then echo "Kafka died while starting:" >&2; tail -30 "$DIR/server.log" >&2; exit 1; fi
  if [ "$(date +%s)" -ge "$deadline" ]; then echo "Kafka not ready in time:" >&2; tail -30 "$DIR/server.log" >&2; kill "$PID"; exit 1; fi
  sleep 0.05
done
echo "$PID"
