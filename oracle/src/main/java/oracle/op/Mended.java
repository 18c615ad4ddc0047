package oracle.op;

import oracle.Build;
import oracle.Line;
import oracle.Types;
import org.apache.kafka.common.header.internals.RecordHeaders;
import org.apache.kafka.common.serialization.Serde;
import org.apache.kafka.streams.kstream.KStream;
import org.apache.kafka.streams.kstream.KTable;
import org.apache.kafka.streams.kstream.Materialized;
import org.apache.kafka.streams.processor.api.ContextualFixedKeyProcessor;
import org.apache.kafka.streams.processor.api.FixedKeyProcessorSupplier;
import org.apache.kafka.streams.processor.api.FixedKeyRecord;

/**
 * What rules have an aggregation give instead of its own results: headers=none, or headers=mark for those of the record at the
 * line mark=ID; coalesced=TYPE collects, per key of that type, what one record changes, as a cache does; sent=TYPE keeps what was
 * sent on last, which is then the old value.
 */
final class Mended {
  private Mended() {}

  @SuppressWarnings({"unchecked", "rawtypes"})
  static Object table(Build b, Line l, KTable t) {
    if (!l.has("headers")) return t;
    Mark.Seen seen = l.has("mark") ? b.mark(l.get("mark")) : null;
    FixedKeyProcessorSupplier<Object, Object, Object> f = () -> new ContextualFixedKeyProcessor<>() {
      @Override public void process(FixedKeyRecord<Object, Object> r) {
        context().forward(r.withHeaders(seen == null ? new RecordHeaders() : new RecordHeaders(seen.headers)));
      }
    };
    KStream s = t.toStream().processValues(f);
    String how = l.has("coalesced") ? "coalesced" : "sent";
    if (!l.has(how)) return s.toTable();
    Serde key = Types.serde(l.get(how));
    Materialized m = Materialized.as(l.id + "-" + how).withKeySerde(key).withValueSerde(Build.val(l)).withLoggingDisabled();
    return s.toTable(how.equals("sent") ? m.withCachingDisabled() : m);
  }
}
