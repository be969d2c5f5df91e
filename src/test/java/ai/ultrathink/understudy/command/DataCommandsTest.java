package ai.ultrathink.understudy.command;

import static org.junit.jupiter.api.Assertions.assertEquals;

import ai.ultrathink.understudy.http.request.Roles;
import org.junit.jupiter.api.Test;

class DataCommandsTest {

    @Test
    void tokens_may_have_each_role_of_the_service() {
        assertEquals(Roles.ALL, DataCommands.ROLES);
    }
}
