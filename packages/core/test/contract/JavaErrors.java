import java.util.StringJoiner;
import org.apache.kafka.common.errors.RetriableException;
import org.apache.kafka.common.protocol.Errors;

/**
 * Prints, as JSON, the error codes of Apache Kafka's own client (kafka-clients 4.4.0), with their names and whether it tries
 * again after them: `java -cp $(the classpath of tooling/kafka) JavaErrors.java > kafka-errors.json`
 */
public class JavaErrors {
    public static void main(String[] args) {
        StringJoiner rows = new StringJoiner(",\n", "[\n", "\n]");
        for (Errors error : Errors.values()) {
            if (error == Errors.NONE) continue;
            rows.add("  { \"number\": %d, \"name\": \"%s\", \"retriable\": %b }".formatted(error.code(), error.name(),
                error.exception() instanceof RetriableException));
        }
        System.out.println(rows);
    }
}
