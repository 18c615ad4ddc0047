package oracle.op;

import oracle.Build;
import oracle.Line;
import oracle.Operator;
import org.apache.kafka.streams.kstream.Consumed;
import org.apache.kafka.streams.kstream.Materialized;

/** {@code g = global-table topic=T}; the store is named after the topic. */
public final class GlobalTable implements Operator {
  @Override @SuppressWarnings({"unchecked", "rawtypes"})
  public Object build(Build b, Line l) {
    Materialized m = Materialized.as(l.get("topic")).withKeySerde((org.apache.kafka.common.serialization.Serde) Build.key(l)).withValueSerde((org.apache.kafka.common.serialization.Serde) Build.val(l));
    return b.builder.globalTable(l.get("topic"), Consumed.with(Build.key(l), Build.val(l)), m);
  }
}
