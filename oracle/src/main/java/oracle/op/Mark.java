package oracle.op;

import oracle.Build;
import oracle.Line;
import oracle.Operator;
import org.apache.kafka.common.header.Headers;
import org.apache.kafka.common.header.internals.RecordHeaders;
import org.apache.kafka.streams.kstream.KStream;
import org.apache.kafka.streams.processor.api.ContextualFixedKeyProcessor;
import org.apache.kafka.streams.processor.api.FixedKeyRecord;
import org.apache.kafka.streams.processor.api.FixedKeyProcessorSupplier;

/** {@code s = mark s0}: notes the record under way for aggregations with mark=s. Only rules write it (internal/oracle/rule). */
public final class Mark implements Operator {
  /** The record under way; the driver takes one through the whole topology before the next. */
  public static final class Seen {
    Headers headers = new RecordHeaders();
  }

  @Override public Object build(Build b, Line l) {
    KStream<Object, Object> s = b.in(l, 0);
    Seen seen = b.mark(l.id);
    FixedKeyProcessorSupplier<Object, Object, Object> f = () -> new ContextualFixedKeyProcessor<>() {
      @Override public void process(FixedKeyRecord<Object, Object> r) {
        seen.headers = new RecordHeaders(r.headers());
        context().forward(r);
      }
    };
    return s.processValues(f);
  }
}
