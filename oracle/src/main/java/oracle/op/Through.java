package oracle.op;

import oracle.Build;
import oracle.Line;
import oracle.Operator;
import oracle.Player;
import org.apache.kafka.streams.kstream.Consumed;
import org.apache.kafka.streams.kstream.KStream;
import org.apache.kafka.streams.kstream.Produced;
import org.apache.kafka.streams.kstream.Repartitioned;

/** {@code s = through s0 name=N [absent=pass]}: the repartition topic that a grouping named N makes; absent keys may pass. Only rules write it (internal/oracle/rule). */
public final class Through implements Operator {
  @Override public Object build(Build b, Line l) {
    KStream<Object, Object> s = b.in(l, 0);
    if (!l.has("absent")) return s.filter((k, v) -> k != null).repartition(Repartitioned.with(Build.key(l), Build.val(l)).withName(l.get("name")));
    // Kafka Streams would filter here: a topic of the same name does not.
    String topic = Player.APPLICATION + "-" + l.get("name") + "-repartition";
    s.to(topic, Produced.with(Build.key(l), Build.val(l)));
    return b.builder.stream(topic, Consumed.with(Build.key(l), Build.val(l)));
  }
}
